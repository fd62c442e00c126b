"""What `judge-check` says of a judge: the exact tables, and which correction there is."""

# mypy: disable-error-code="union-attr"
# A table where a note should be fails its test as well.

import pytest

from pytest_evalscope.reports.calibration import check_blocks, check_judge
from pytest_evalscope.reports.table import Note, Table
from pytest_evalscope.stats.calibration import kappa, prediction_powered, proportion, rogan_gladen

LABELLED = [("y", "y")] * 9 + [("n", "n")] * 8 + [("n", "y")]
SEEN = ["y"] * 30 + ["n"] * 10


def text(found):
    return f"{found.value:.3f} ({found.low:.2f}–{found.high:.2f})"


def test_two_classes_are_corrected_by_rogan_and_gladen():
    note, confusion, classes, how = check_blocks(check_judge("strict", LABELLED, SEEN))
    assert note == Note(
        title="judge strict",
        lines=(
            "accuracy 0.944 (0.74–0.99); Cohen's kappa 0.889 (0.68–1.00)",
            "18 items with people's label, 40 without",
        ),
    )
    assert confusion == Table(
        title="rows: people; columns: judge",
        headers=("", "n", "y"),
        rows=(("n", "8", "1"), ("y", "0", "9")),
        numbers=frozenset({"n", "y"}),
    )
    headers = ("class", "people", "sensitivity", "specificity", "judge's share", "corrected share")
    no = rogan_gladen([False] * 30 + [True] * 10, [True] * 8 + [False], [False] * 9)
    yes = rogan_gladen([True] * 30 + [False] * 10, [True] * 9, [True] + [False] * 8)
    hit, all_of = text(proportion(8, 9)), text(proportion(9, 9))
    assert classes == Table(
        title="classes",
        headers=headers,
        rows=(
            ("n", "9", hit, all_of, text(proportion(10, 40)), text(no)),
            ("y", "9", all_of, hit, text(proportion(30, 40)), text(yes)),
        ),
        numbers=frozenset(headers[1:]),
    )
    told = (
        "corrected by Rogan and Gladen, interval by Lang and Reiczigel: holds while the judge errs as often on items "
    )
    assert how == Note(lines=(f"{told}without a label as on those with one",))


def test_more_classes_are_corrected_by_prediction_powered_inference():
    labelled, seen = [*LABELLED, ("n", "n"), ("y", "unsure")], [*SEEN, "unsure", "unsure"]
    check = check_judge("lax", labelled, seen)
    assert check.method == "prediction_powered"
    assert check.confusion["y"] == {"n": 0, "unsure": 1, "y": 9}
    assert [item.label for item in check.classes] == ["n", "unsure", "y"]
    for item in check.classes:
        people, judged = ([each[side] == item.label for each in labelled] for side in (0, 1))
        assert item.corrected == prediction_powered(people, judged, [one == item.label for one in seen])
    *_, classes, how = check_blocks(check)
    assert classes.rows[1][:3] == ("unsure", "0", "–"), "people call nothing unsure"
    assert how.lines == (
        "corrected by prediction-powered inference (PPI++): holds while the labelled items are a random sample of all",
    )


def test_a_class_that_only_unlabelled_items_have_counts_too():
    check = check_judge("j", [("a", "a"), ("b", "b")], ["c", "a"])
    assert (list(check.confusion), check.method) == (["a", "b", "c"], "prediction_powered")


@pytest.mark.parametrize(
    ("labelled", "seen", "problem"),
    [
        (LABELLED, [], "every item has a label of people's"),
        ([("y", "n"), ("n", "y")], SEEN, "correction: the judge separates the classes no better than chance"),
    ],
)
def test_without_a_correction_it_says_why(labelled, seen, problem):
    check = check_judge("j", labelled, seen)
    assert (check.method, check.problem) == ("none", problem)
    assert [item.corrected for item in check.classes] == [None, None]
    *_, classes, how = check_blocks(check)
    assert [row[-1] for row in classes.rows] == ["–", "–"]
    assert how.lines == (f"no corrected shares: {problem}",)


def test_of_every_item_labelled_the_judge_has_no_share():
    check = check_judge("j", LABELLED, [])
    assert [item.judged for item in check.classes] == [None, None]
    assert (check.labelled, check.unlabelled, check.judge) == (18, 0, "j")
    assert check.kappa == kappa(*zip(*LABELLED, strict=True))
    assert check.accuracy == proportion(17, 18)


def test_one_label_throughout_has_no_kappa():
    check = check_judge("j", [("y", "y")] * 3, [])
    assert check.kappa is None
    assert check_blocks(check)[0].lines[0] == f"accuracy {text(proportion(3, 3))}; Cohen's kappa –"
