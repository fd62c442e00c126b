"""The judges of a run, or of a file, against people's labels."""

# mypy: disable-error-code="union-attr, misc"
# An interval that is missing fails its test as well.

import csv
import json

import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.api.judge_check import judge_check
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import judge, rubric
from pytest_evalscope.types import Sample


def answer(verdict):
    return "fake/fixed:" + json.dumps({"reason": "", "verdict": verdict})


YES, NO = answer("YES"), answer("NO")
JUDGED = Benchmark(
    name="judged",
    data=Rows([{"id": f"s{number}"} for number in range(6)]),
    sample=lambda row: Sample(id=row["id"], input="?", target="!"),
    score=judge(criteria="Is it good?", labels={"YES": {"good": 1}, "NO": {}}),
)


@pytest.fixture
def run(tmp_path):
    def made(*judges, models=("fake/echo",), benchmark=JUDGED, **fields):
        settings = Settings(cache="off", work_dir=tmp_path / "outputs", judges=judges, **fields)
        return evaluate([benchmark], models=models, settings=settings, progress=False).folder

    return made


@pytest.fixture
def labels(tmp_path):
    def written(*rows):
        path = tmp_path / "labels.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return written


def row(number, label, **fields):
    return {"sample_id": f"s{number}", "label": label, **fields}


def test_a_judge_of_a_run_against_labels_of_some_of_its_samples(run, labels):
    (found,) = judge_check(labels(row(0, "YES"), row(1, "NO"), row(2, "YES")), run(YES)).checks
    assert (found.judge, found.labelled, found.unlabelled) == (YES, 3, 3)
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert found.confusion == {"NO": {"NO": 0, "YES": 1}, "YES": {"NO": 0, "YES": 2}}
    no, yes = found.classes
    assert (yes.people, yes.sensitivity.value, yes.specificity.value) == (2, 1.0, 0.0)
    assert (no.people, no.sensitivity.value, no.specificity.value) == (1, 0.0, 1.0)
    assert (found.method, yes.corrected) == ("none", None)
    assert found.problem == "correction: the judge separates the classes no better than chance"


def test_every_judge_of_a_panel_and_the_panel_itself(run, labels):
    checks = judge_check(labels(row(0, "YES"), row(1, "NO")), run(YES, NO, NO.replace('""', '"no"'))).checks
    assert [check.judge for check in checks] == [YES, NO, NO.replace('""', '"no"'), "panel"]
    assert checks[-1].confusion == {"NO": {"NO": 1, "YES": 0}, "YES": {"NO": 1, "YES": 0}}


def test_a_tied_panel_never_agrees_with_people(run, labels):
    panel = judge_check(labels(row(0, "YES"), row(1, "NO")), run(YES, NO)).checks[-1]
    assert (panel.judge, panel.accuracy.value) == ("panel", 0.0)
    assert panel.confusion["YES"]["(tied)"] == 1


def test_a_file_may_hold_the_verdicts_itself(tmp_path):
    path = tmp_path / "labels.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["judge", "label"])
        table.writerows([("y", "y")] * 40 + [("n", "y")] * 10 + [("n", "n")] * 45 + [("y", "n")] * 5)
        table.writerows([("y", "")] * 300 + [("n", "")] * 700)
    (found,) = judge_check(path).checks
    assert (found.labelled, found.unlabelled, found.method) == (100, 1000, "rogan_gladen")
    no, yes = found.classes
    assert yes.judged.value == 0.3
    assert yes.corrected.value == pytest.approx((0.3 + 0.9 - 1) / 0.7)
    assert no.corrected.value == pytest.approx(1 - yes.corrected.value)
    assert (found.accuracy.value, round(found.kappa.value, 3)) == (0.85, 0.7)


def test_more_classes_are_corrected_by_inference_from_a_random_sample(labels):
    rows = [{"judge": said, "label": label} for said, label in (("a", "a"), ("b", "b"), ("c", "c"), ("a", "b"))] * 10
    rows += [{"judge": said} for said in "aabc" * 25]
    (found,) = judge_check(labels(*rows)).checks
    assert found.method == "prediction_powered"
    assert sum(each.corrected.value for each in found.classes) == pytest.approx(1, abs=0.02)
    assert found.classes[0].corrected.value < found.classes[0].judged.value


def test_of_several_votes_the_majority_counts_and_a_tie_is_left_out(run, labels):
    made = judge_check(labels(row(0, ["YES", "YES", "NO"]), row(1, ["YES", "NO"])), run(YES))
    assert made.checks[0].labelled == 1
    assert made.remarks == ("1 rows of labels.jsonl have as many votes for one label as for another: left out",)


def test_a_label_may_be_about_one_criterion_of_a_rubric(run, labels):
    score = rubric(items={"one": 1.0, "two": 1.0})
    folder = run(answer("MET"), benchmark=Benchmark(name="r", data=JUDGED.data, sample=JUDGED.sample, score=score))
    (found,) = judge_check(labels(row(0, "MET", item=1), row(0, "NOT_MET", item=0)), folder).checks
    assert (found.accuracy.value, found.labelled, found.unlabelled) == (0.5, 2, 10)


def test_names_tell_the_replies_of_several_models_apart(run, labels):
    folder = run(YES, models=("fake/echo", "fake/fixed:x"), repeats=2)
    with pytest.raises(UsageError, match=r"--labels: row 1 fits 4 completions of the run \(sample_id 's0'\)"):
        judge_check(labels(row(0, "YES")), folder)
    one = row(0, "YES", model="fake/fixed:x", benchmark="judged", subset="default", repeat=1)
    assert judge_check(labels(one), folder).checks[0].labelled == 1


def test_labels_of_no_reply_are_counted(run, labels):
    folder = run(YES)
    assert judge_check(labels(row(0, "YES"), row(9, "YES")), folder).remarks == (
        "1 of 2 labels fit no judged completion of the run",
    )
    with pytest.raises(UsageError, match="--labels: no row has both people's label and a judge's"):
        judge_check(labels(row(9, "YES")), folder)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(0, "YES", repeat="one")], "row 1 has a repeat that is no whole number"),
        ([row(0, "YES"), row(0, "NO")], "row 2 contradicts another"),
    ],
)
def test_a_label_that_cannot_be_is_told(run, labels, rows, said):
    with pytest.raises(UsageError, match=said):
        judge_check(labels(*rows), run(YES))


def test_what_is_no_file_no_run_or_unjudged_is_told(run, labels, tmp_path):
    with pytest.raises(UsageError, match="--labels: no such file"):
        judge_check(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError, match="row 1 has no field judge"):
        judge_check(labels(row(0, "YES")))
    with pytest.raises(UsageError, match="judge-check: not a run folder"):
        judge_check(labels(row(0, "YES")), tmp_path)
    (tmp_path / "reviews").mkdir()
    with pytest.raises(UsageError, match="judge-check: no judge has scored anything"):
        judge_check(labels(row(0, "YES")), tmp_path)


def test_case_and_blanks_make_no_other_class(labels):
    given = [
        ("correct", "CORRECT"), ("Correct ", "CORRECT"), (" CORRECT", "correct"), ("incorrect", "INCORRECT"),
        ("InCorrect\n", "incorrect"), ("correct", "INCORRECT"),
    ]  # fmt: skip
    path = labels(*({"label": label, "judge": said} for label, said in given))
    (found,) = judge_check(path).checks
    assert found.accuracy.value == pytest.approx(5 / 6)
    assert found.confusion == {"CORRECT": {"CORRECT": 3, "INCORRECT": 1}, "INCORRECT": {"CORRECT": 0, "INCORRECT": 2}}


def test_the_verdicts_of_a_run_are_compared_the_same_way(run, labels):
    (found,) = judge_check(labels(row(0, "yes "), row(1, "Yes"), row(2, "no")), run(YES)).checks
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert set(found.confusion) == {"YES", "no"}


def test_numbers_are_labels_and_0_is_one(labels):
    path = labels({"label": 0, "judge": 0.0}, {"label": "1.0", "judge": 1}, {"label": 1, "judge": "0"})
    made = judge_check(path)
    assert made.checks[0].accuracy.value == pytest.approx(2 / 3)
    assert made.remarks == ()


def test_votes_that_differ_in_case_alone_are_for_one_label(labels):
    (found,) = judge_check(labels({"label": ["yes", "Yes ", "no"], "judge": "YES"})).checks
    assert found.accuracy.value == 1.0
