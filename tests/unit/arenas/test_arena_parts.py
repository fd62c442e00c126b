"""The arena's parts: who meets whom, and what finished runs have in common."""

import json

import pytest

from pytest_evalscope.arenas import entrants_of, pairs_of
from pytest_evalscope.arenas.replies import paired, read_replies
from pytest_evalscope.errors import DataError, UnknownName, UsageError


@pytest.fixture
def finished(tmp_path):
    """Makes the folder of a finished run: model → data set → subsets."""

    def made(name, **models):
        for model, data in models.items():
            for benchmark, subsets in data.items():
                path = tmp_path / name / "reports" / model / f"{benchmark}.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                report = {"model": model, "benchmark": benchmark, "subsets": {subset: {} for subset in subsets}}
                path.write_text(json.dumps(report), encoding="utf-8")
        return tmp_path / name

    return made


def test_pairs_are_in_the_order_of_names_so_that_a_further_model_moves_none():
    three = pairs_of(["b", "a", "c"], "c", "round_robin")
    assert three == (("a", "b"), ("a", "c"), ("b", "c"))
    assert [pair for pair in pairs_of(["b", "a", "c", "aa"], "c", "round_robin") if "aa" not in pair] == list(three)
    assert pairs_of(["b", "a", "c"], "c", "baseline") == (("a", "c"), ("b", "c"))


@pytest.mark.parametrize(
    ("models", "baseline", "schedule", "told"),
    [
        (["a"], "a", "round_robin", "too few models"),
        (["a", "a"], "a", "round_robin", "stands twice"),
        (["a", "b"], "c", "round_robin", "baseline: unknown name"),
        (["a", "b"], "a", "knockout", "schedule: unknown name"),
    ],
)
def test_what_cannot_be_an_arena_is_told(models, baseline, schedule, told):
    with pytest.raises((UsageError, UnknownName), match=told):
        pairs_of(models, baseline, schedule)


def test_what_finished_runs_share(finished):
    one = finished("one", old={"gsm8k": ["main"], "arc": ["Easy", "Challenge"]})
    two = finished("two", new={"arc": ["Easy"], "mmlu": ["law"]})
    found = entrants_of([("", one), ("NEW", two)])
    assert [(entrant.name, entrant.model) for entrant in found.entrants] == [("old", "old"), ("NEW", "new")]
    assert found.shared == {"arc": ["Easy"]}
    assert found.left_out == ("arc/Challenge", "gsm8k/main", "mmlu/law")


def test_runs_that_do_not_meet_are_told(finished, tmp_path):
    one, two = finished("one", old={"gsm8k": ["main"]}), finished("two", new={"arc": ["Easy"]})
    with pytest.raises(UsageError, match="no data set and subset in common"):
        entrants_of([("", one), ("", two)])
    with pytest.raises(UsageError, match="not the folder of a finished run"):
        entrants_of([("", tmp_path / "nowhere")])
    both = finished("both", old={"arc": ["Easy"]}, new={"arc": ["Easy"]})
    with pytest.raises(UsageError, match="a name for one model, and the run has new, old"):
        entrants_of([("x", both)])
    (both / "reports" / "old" / "arc.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"arc\.json: not a report"):
        entrants_of([("", both)])


def test_replies_to_other_words_under_one_name_do_not_compare(tmp_path):
    def line(text, reply, **fields):
        messages = [{"role": "user", "content": text}]
        completion = None if reply is None else {"text": reply, "finish_reason": "stop"}
        return {"sample_id": "s", "repeat": 0, "messages": messages, "completion": completion, **fields}

    def replies(name, *lines, tail=""):
        path = tmp_path / name / "predictions" / "m" / "b" / "main.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(each) + "\n" for each in lines) + tail, encoding="utf-8")
        return read_replies(tmp_path / name, "m", "b", "main")

    first = replies("one", line("2 + 2?", "4"), line("2 + 2?", "5", repeat=1), tail='{"sample')
    [row] = paired(first, replies("two", line("2 + 2?", None)), {"s": "4"})
    assert (row["id"], row["first"], row["second"], row["target"]) == ("s", "4", None, "4")
    with pytest.raises(DataError, match="sample s was put to the two models in different words"):
        list(paired(replies("three", line("2 + 2?", "4")), replies("four", line("2+2?", "4")), {}))
    with pytest.raises(DataError, match="no replies of m to b/other"):
        list(read_replies(tmp_path / "one", "m", "b", "other"))
    with pytest.raises(DataError, match=r"main\.jsonl:1: not a record"):
        list(replies("five", {"sample_id": "s"}))
