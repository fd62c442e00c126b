"""A judge's reply is one JSON object with the right fields, or it is no verdict."""

import pytest

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.judging.verdict import LONGEST, Labels, Scale, read_verdict

YES_NO = Labels({"YES": {"accuracy": 1}, "NO": {}})
STARS = Scale(1, 5)


@pytest.mark.parametrize(
    "reply",
    [
        '{"reason": "it is", "verdict": "YES"}',
        '  \n{"verdict": "YES", "reason": "it\\n is"}\n',
        '```json\n{"reason": "it is", "verdict": "YES"}\n```',
        '```\n{"reason": "it is", "verdict": "YES"}\n```  ',
    ],
)
def test_one_object_is_a_verdict(reply):
    verdict = read_verdict("fake/judge", reply, YES_NO)
    assert (verdict.judge, verdict.said, verdict.reason) == ("fake/judge", "YES", "it is")
    assert dict(verdict.values) == {"accuracy": 1.0}


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("", "not one JSON object"),
        ("YES", "not one JSON object"),
        ('"YES"', "not one JSON object"),
        ('["YES"]', "not one JSON object"),
        ('The verdict: {"reason": "", "verdict": "YES"}', "not one JSON object"),
        ('{"reason": "", "verdict": "NO"} {"reason": "", "verdict": "YES"}', "not one JSON object"),
        ('{"reason": "", "verdict": "NO", "verdict": "YES"}', "not one JSON object"),
        ('{"reason": "cut off', "not one JSON object"),
        ('```json\n{"reason": "", "verdict": "YES"}', "not one JSON object"),
        ('```json\n{"reason": "", "verdict": "YES"}\n~~~', "not one JSON object"),
        ('```json\n{"reason": "", "verdict": "YES"}\n``', "not one JSON object"),
        ('{"reason": "", "verdict": "YES"}\n```', "not one JSON object"),
        ('```python\n{"reason": "", "verdict": "YES"}\n```', "not one JSON object"),
        ('{"verdict": NaN}', "not one JSON object"),
        ("[" * 10_000, "not one JSON object"),
        ('{"verdict": ' + "9" * 5000 + "}", "not one JSON object"),
        ('{"verdict": "YES", "reason": "' + "x" * LONGEST + '"}', f"{LONGEST} are the most"),
        ('{"reason": "none"}', '"reason" and "verdict" and no others'),
        ('{"reason": "", "verdict": "YES", "score": 1}', '"reason" and "verdict" and no others'),
        ('{"reason": 1, "verdict": "YES"}', '"reason" must be text'),
        ('{"reason": "", "verdict": "yes"}', '"verdict" must be "YES" or "NO"'),
        ('{"reason": "", "verdict": "MAYBE"}', '"verdict" must be "YES" or "NO"'),
        ('{"reason": "", "verdict": true}', '"verdict" must be "YES" or "NO"'),
        ('{"reason": "", "verdict": ["YES"]}', '"verdict" must be "YES" or "NO"'),
    ],
)
def test_anything_else_is_none(reply, problem):
    with pytest.raises(ScorerError) as caught:
        read_verdict("fake/judge", reply, YES_NO)
    assert problem in caught.value.message


@pytest.mark.parametrize(("said", "value"), [("1", 0.0), ("5", 1.0), ("3", 0.5), ("4.5", 0.875)])
def test_a_rating_is_where_it_lies_on_the_scale(said, value):
    assert dict(read_verdict("fake/judge", f'{{"verdict": {said}}}', STARS).values) == {"rating": value}


@pytest.mark.parametrize("said", ["0", "5.01", "-1", "1e400", '"4"', "true", "null", "[4]"])
def test_a_rating_off_the_scale_is_none(said):
    with pytest.raises(ScorerError, match="must be a number from 1 to 5"):
        read_verdict("fake/judge", f'{{"verdict": {said}}}', STARS)


def test_a_label_that_names_no_value_gives_zeros():
    labels = Labels({"GOOD": {"quality": 1, "harmless": 1}, "RUDE": {"quality": 0.5}, "BAD": {}})
    assert labels.metrics == ("quality", "harmless")
    assert [labels.value_of(name)[1] for name in ("RUDE", "BAD")] == [
        {"quality": 0.5, "harmless": 0.0},
        {"quality": 0.0, "harmless": 0.0},
    ]


@pytest.mark.parametrize(
    "labels", [{}, {"ONE": {"x": 1}}, {"YES": {}, "NO": {}}, {"YES": {"x": float("nan")}, "NO": {}}]
)
def test_labels_that_tell_nothing_apart_are_refused(labels):
    with pytest.raises(UsageError, match="judge: "):
        Labels(labels)


@pytest.mark.parametrize(("low", "high"), [(5, 1), (1, 1), (0, float("inf")), (float("nan"), 1)])
def test_a_scale_runs_upwards(low, high):
    with pytest.raises(UsageError, match="judge: no scale"):
        Scale(low, high)
