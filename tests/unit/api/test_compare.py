"""Runs beside each other: pairs, what is in none, models and settings that differ, and what is shown of it."""

import json

import pytest
from click.testing import CliRunner
from junitparser import Failure, JUnitXml, Skipped

from pytest_evalscope.api import evaluate
from pytest_evalscope.api.compare import compare
from pytest_evalscope.cli.root import commands
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.reports.comparison import verdict
from pytest_evalscope.run import Settings
from pytest_evalscope.stats.paired import tango


def good(prompt: str) -> str:
    return str(2 * int(prompt.split()[0]))


def bad(prompt: str) -> str:
    """Wrong from 7 on, right below."""
    return good(prompt) if int(prompt.split()[0]) < 7 else "1"


@pytest.fixture
def run(sums):
    def made(model, *benchmarks, name="app", **settings):
        models = model if isinstance(model, dict) else {name: model}
        return evaluate(list(benchmarks) or [sums(count=20)], models=models, settings=Settings(**settings)).folder

    return made


def only(comparisons):
    (made,) = comparisons
    return made


def test_pairs_of_two_runs(run):
    made = only(compare([run(good), run(bad)]))
    (row,) = made.of("benchmark")
    assert (row.first, row.second, row.difference.n) == (1.0, pytest.approx(0.3), 20)
    assert (row.difference.lost, row.difference.gained) == (14, 0)
    assert (row.difference.low, row.difference.high) == tango(0, 14, 20)
    assert (row.worse, row.better, row.adjusted) == (True, False, row.difference.p)
    assert [flip.change for flip in made.flips] == [-1.0] * 3
    assert made.flips[0].first.messages[0]["content"] == "7 + 7"
    assert (made.flips[0].first.completion.text, made.flips[0].second.completion.text) == ("14", "1")
    assert verdict(made) == "worse: sums (1 benchmark, 5 % level, Holm)"
    assert verdict(only(compare([run(bad), run(good)]))).startswith("better: sums")


def test_the_same_twice(run):
    first = run(good)
    made = only(compare([first, first]))
    assert (made.flips, made.differences) == ((), ())
    assert verdict(made).startswith("no difference beyond chance")


def test_only_what_has_a_score_on_both_sides_is_compared(run):
    def broken(prompt: str) -> str:
        if int(prompt.split()[0]) > 10:
            raise ValueError("down")
        return good(prompt)

    (row,) = only(compare([run(good), run(broken)])).of("benchmark")
    assert (row.first, row.second, row.difference.n, row.unscored) == (1.0, 1.0, 10, 10)

    def down(prompt: str) -> str:
        raise ValueError("down")

    made = only(compare([run(good), run(down)]))
    assert made.of("benchmark")[0].difference is None
    assert verdict(made) == "nothing to compare: no sample has a score on both sides"


def test_samples_of_one_side_alone_are_counted(run, sums):
    made = only(compare([run(good, sums(count=20)), run(good, sums(count=15))]))
    (row,) = made.of("benchmark")
    assert (row.difference.n, row.only_first, row.only_second) == (15, 5, 0)
    assert any(sentence.startswith("data hash: ") for sentence in made.differences)


def test_settings_that_differ_are_said(run, sums):
    first = run(good, sums(count=4), sums("other", 4), params={"temperature": 0.0})
    second = run(good, sums(count=4, version="2"), sums("third", 4), params={"temperature": 0.7})
    assert set(only(compare([first, second])).differences) == {
        "temperature: 0.0 → 0.7 (sums)",
        "version: 1 → 2 (sums)",
        "only on the first side (other/default)",
        "only on the second side (third/default)",
    }


def test_groups_and_the_whole_by_weight(run, sums):
    three = [sums("a", 10), sums("b", 10), sums("c", 10, task_type="other", tags=("hard",))]
    made = only(compare([run(good, *three), run(bad, *three)]))
    assert [row.name for row in made.of("task")] == ["math"]  # one of one benchmark would only repeat it
    (whole,) = made.of("index")
    assert (whole.first, whole.second) == (1.0, pytest.approx(0.6))
    assert whole.difference.value == pytest.approx(-0.4)
    for row in made.of("benchmark"):
        assert row.adjusted == pytest.approx(3 * row.difference.p)


def test_models_of_one_run(run):
    folder = run({"one": good, "two": bad, "three": good})
    made = compare([folder])
    assert [(each.first.model, each.second.model) for each in made] == [("one", "three"), ("one", "two")]
    assert only(compare([folder], models=["two", "one"])).first.model == "two"
    assert [each.first.model for each in compare([folder], models=["three"])] == ["three", "three"]


def test_models_of_several_runs(run):
    one, other = run(good, name="old"), run(bad, name="new")
    assert only(compare([one, other])).second.model == "new"
    both = run({"old": good, "new": bad})
    assert [each.second.model for each in compare([both, both])] == ["new", "old"]
    assert only(compare([both, both], models=["old", "new"])).second.model == "new"
    with pytest.raises(UsageError, match="no model is in both runs"):
        compare([run({"x": good, "y": good}), one])


@pytest.mark.parametrize(
    ("models", "error", "words"),
    [
        (["ap"], UnknownName, "unknown name ('ap'); did you mean app?"),
        (["app", "app", "app"], UsageError, "--model: 3 models for 2 runs"),
    ],
)
def test_models_that_are_not_there(run, models, error, words):
    folder = run(good)
    with pytest.raises(error) as caught:
        compare([folder, folder], models=models)
    assert words in str(caught.value)


def test_what_cannot_be_compared(run, sums, folder):
    with pytest.raises(UsageError, match="one run with one model"):
        compare([run(good)])
    with pytest.raises(UsageError, match="not a run folder"):
        compare([run(good), folder / "nothing"])
    with pytest.raises(UsageError, match="no subset has been measured in both"):
        compare([run(good), run(good, sums("other", 3))])


def test_changes_of_other_values_and_of_repeats(run, sums):
    first, second = run(good, repeats=3), run(bad, repeats=3)
    (row,) = only(compare([first, second])).of("benchmark")
    assert row.difference.n == 60
    # three repeats are one sample: its interval is that of 20 units, as wide as that of one repeat or wider
    assert row.difference.high - row.difference.low > 0.35


def invoke(*arguments):
    return CliRunner().invoke(commands, ["compare", *map(str, arguments)])


def test_the_command_in_each_form(run, folder):
    first, second = run(good), run(bad)
    shown = invoke(first, second)
    assert shown.exit_code == 0
    assert "worse: sums (1 benchmark, 5 % level, Holm)" in shown.output
    assert "second answer 1: 1" in shown.output
    assert "| sums | accuracy | 1.000 | 0.300 | -0.700 |" in invoke(first, second, "--format=markdown").output
    made = json.loads(invoke(first, second, "--format=json", "--flips=0").output)
    assert made["comparisons"][0]["rows"][0]["difference"]["lost"] == 14
    assert made["comparisons"][0]["flips"] == []
    assert invoke(first, second, "--subsets", "-o", folder / "out" / "a.txt").output == ""
    assert "sums/default" in (folder / "out" / "a.txt").read_text("utf-8")


def test_worse_can_fail(run):
    first, second = run(good), run(bad)
    assert invoke(first, second, "--fail-if-worse").exit_code == 1
    assert invoke(second, first, "--fail-if-worse").exit_code == 0


def test_junit(run, sums):
    def down(prompt: str) -> str:
        raise ValueError("down")

    def some(prompt: str) -> str:
        return bad(prompt)

    two = [sums("a", 20), sums("b", 20)]
    first, second = run(good, *two), run(some, *two)
    cases = {
        case.name: case
        for suite in JUnitXml.fromstring(invoke(first, second, "--format=junit").output.encode())
        for case in suite
    }
    assert [type(result) for result in cases["a"].result] == [Failure]
    third = run(down, *two)
    suite = next(iter(JUnitXml.fromstring(invoke(first, third, "--format=junit").output.encode())))
    assert [type(case.result[0]) for case in suite] == [Skipped, Skipped]


def test_texts_of_models_do_no_harm(run, sums):
    def evil(prompt: str) -> str:
        return "\x1b[2J::error::x\n\n::set-output name=a::b | c <b>"

    shown = invoke(run(good, sums(count=3)), run(evil, sums(count=3))).output
    assert "\x1b" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
