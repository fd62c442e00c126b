import json

import pytest

from pytest_evalscope.collections.levels import index_report, measures_of_marks
from pytest_evalscope.reports import write_reports
from pytest_evalscope.reports.leaderboard import leaderboard_content, leaderboard_text
from pytest_evalscope.reports.summary import summary_markdown
from pytest_evalscope.reports.write import benchmark_content, indexes_content, whole_file
from pytest_evalscope.types import Leaderboard, Orders, Spending, Spent, estimate_to_plain


def read(summary, name):
    return json.loads((summary.folder / "reports" / name).read_text(encoding="utf-8"))


def test_one_file_per_model_and_benchmark(result, summary):
    run = summary(result(subset="a"), result(subset="b"), result(benchmark="arc"), result(model="mock"))
    paths = [path.relative_to(run.folder).as_posix() for path in write_reports(run, "off")]
    [folder] = {path.split("/")[1] for path in paths if path.split("/")[1].startswith("fake_echo-")}
    assert paths == [
        f"reports/{folder}/gsm8k.json",
        f"reports/{folder}/arc.json",
        "reports/mock/gsm8k.json",
        "reports/index.json",
        "reports/summary.md",
    ]
    assert sorted(path.name for path in (run.folder / "reports").iterdir()) == sorted(
        [folder, "mock", "index.json", "summary.md"]
    )


@pytest.mark.parametrize(
    ("junit", "files"), [("gates", ["junit.xml"]), ("samples", ["junit.xml", "junit-samples.xml"]), ("off", [])]
)
def test_junit_is_written_on_request_and_samples_have_a_file_of_their_own(result, summary, junit, files):
    run = summary(result())
    assert [path.name for path in write_reports(run, junit) if path.suffix == ".xml"] == files
    assert {path.name for path in (run.folder / "reports").glob("*.xml")} == set(files)
    counts = [(run.folder / "reports" / name).read_text(encoding="utf-8").count("<testsuite ") for name in files]
    assert counts == [1] * len(files)


def test_the_report_of_a_benchmark(result, summary):
    easy = result(8, 10, model="mock", subset="easy", expected=500, data_hash="ab12")
    outcomes = {"scored": 9, "timeout": 1}
    hard = result(3, 10, model="mock", subset="hard", verdict="failed", message="is below", outcomes=outcomes)
    run = summary(easy, hard)
    write_reports(run, "off")
    report = read(run, "mock/gsm8k.json")
    accuracy = {"accuracy": {**estimate_to_plain(easy.primary), "detectable": easy.primary.detectable}}
    assert report["subsets"]["easy"] == {
        "planned": 10,
        "outcomes": {"scored": 10},
        "unscored": 0,
        "seconds": 1.25,
        "requests": 10,
        "prompt_tokens": 1000,
        "completion_tokens": 230,
        "expected": 500,
        "complete": True,
        "metrics": accuracy,
        "thresholds": {"accuracy": 0.5},
        "verdict": "passed",
        "message": "",
        "test": "evals/math/test_gsm8k.py::test_gsm8k[fake/echo-main]",
        "location": "evals/math/test_gsm8k.py:7",
        "data_hash": "ab12",
    }
    assert report["subsets"]["hard"]["unscored"] == 1
    overall = report["overall"]
    assert overall["metrics"]["accuracy"]["value"] == pytest.approx(0.55)
    assert set(overall["metrics"]["accuracy"]) == {"value", "stderr", "low", "high", "n", "detectable"}
    assert (overall["planned"], overall["outcomes"], overall["verdict"], overall["missing"]) == (
        20,
        {"scored": 19, "timeout": 1},
        "failed",
        [],
    )
    del report["subsets"], report["overall"]
    assert report == {
        "schema": 1,
        "benchmark": "gsm8k",
        "version": "1",
        "title": "GSM8K",
        "model": "mock",
        "task_type": "math",
        "tags": ["en", "reasoning"],
        "weight": 1.0,
        "primary_metric": "accuracy",
        "complete": True,
    }


def test_the_whole_of_a_benchmark_has_sums_and_seconds_in_thousandths(result):
    lost = result(subset="b", outcomes={"scored": 9, "timeout": 1}, seconds=0.12345)
    overall = benchmark_content([result(), lost])["overall"]
    totals = ("unscored", "seconds", "requests", "prompt_tokens", "completion_tokens")
    assert [overall[name] for name in totals] == [1, 1.373, 20, 2000, 460]


def test_a_subset_without_a_measurement_is_named(result, summary):
    run = summary(result(model="mock"), result(model="mock", subset="lost", metrics={}, outcomes={}, verdict="error"))
    write_reports(run, "off")
    report = read(run, "mock/gsm8k.json")
    assert report["overall"]["missing"] == ["lost"]
    assert report["complete"] is False


def test_the_index(result, summary):
    results = [result(8, 10, benchmark="arc"), result(5, 10)]
    reports = [index_report("mine", model, *measures_of_marks(results)) for model in ("a", "b")]
    run = summary(*results, indexes=tuple(reports), complete=False)
    write_reports(run, "off")
    index = read(run, "index.json")
    weighted = reports[0].weighted_avg
    assert (index["schema"], index["name"], index["model"]) == (1, "mine", "a")
    assert (index["complete"], index["run_complete"], index["missing"]) == (True, False, [])
    assert index["headline"] == {
        "weighted_avg": weighted.value,
        "stderr": weighted.stderr,
        "low": weighted.low,
        "high": weighted.high,
        "detectable": weighted.detectable,
        "count": 20,
        "unscored": 0,
    }
    assert index["micro_avg"] == pytest.approx(0.65)
    assert list(index["levels"]) == ["subset", "dataset", "task", "tag", "category"]
    row = index["levels"]["dataset"][0]
    assert list(row) == [
        "task_type", "dataset_name",
        "micro_avg", "micro_avg_stderr", "micro_avg_low", "micro_avg_high",
        "macro_avg", "macro_avg_stderr", "macro_avg_low", "macro_avg_high",
        "weighted_avg", "weighted_avg_stderr", "weighted_avg_low", "weighted_avg_high",
        "count", "unscored",
    ]  # fmt: skip
    row = index["levels"]["subset"][0]
    assert (row["task_type"], row["dataset_name"], row["subset_name"]) == ("math", "arc", "main")
    assert "macro_avg" not in row
    assert [row["tags"] for row in index["levels"]["tag"]] == ["en", "reasoning"]
    assert [other["model"] for other in index["others"]] == ["b"]


def test_the_index_file_says_which_part_was_run_and_what_it_cost(result, summary):
    spent = Spent(model="m", requests=2, prompt_tokens=1000, completion_tokens=5, cost=0.5)
    spending = Spending(models=(spent,), token_budget=9)
    made = indexes_content(summary(result(), shard="3/8", spending=spending, complete=False))
    assert (made["shard"], made["run_complete"], made["schema"]) == ("3/8", False, 1)
    assert made["spent"] == {
        "tokens": 1005,
        "cost": 0.5,
        "models": [
            {
                "model": "m",
                "requests": 2,
                "prompt_tokens": 1000,
                "completion_tokens": 5,
                "estimated": 0,
                "cost": 0.5,
            }
        ],
        "token_budget": 9,
        "cost_budget": None,
    }


def test_leaderboards_are_files_of_their_own(result, summary):
    orders = Orders(agreed=0, first=0, second=0, half=0)
    one, other = (
        Leaderboard(name=name, baseline="a", standings=(), orders=orders, battles=0) for name in ("one", "other")
    )
    run = summary(result(), leaderboards=(one, other))
    paths = [path.name for path in write_reports(run, "gates")]
    assert paths[1:] == ["index.json", "summary.md", "leaderboard.json", "leaderboard.txt", "junit.xml"]
    assert read(run, "leaderboard.json") == {
        "schema": 1,
        "leaderboards": [leaderboard_content(one), leaderboard_content(other)],
    }
    text = (run.folder / "reports" / "leaderboard.txt").read_text(encoding="utf-8")
    assert text == f"{leaderboard_text(one)}\n{leaderboard_text(other)}"
    assert (run.folder / "reports" / "summary.md").read_text(encoding="utf-8") == summary_markdown(run)


def test_json_files_are_indented_and_end_in_a_line_break(result, summary):
    run = summary(result())
    write_reports(run, "off")
    content = (run.folder / "reports" / "index.json").read_text(encoding="utf-8")
    assert content.startswith('{\n  "schema": 1,\n')
    assert content.endswith("\n}\n")


def test_without_an_index_the_file_says_so(result, summary):
    run = summary(result())
    write_reports(run, "off")
    assert read(run, "index.json") == {
        "schema": 1, "run_complete": True, "name": "", "model": "", "headline": None, "levels": {}, "others": [],
    }  # fmt: skip


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "file"

    def break_off():
        with whole_file(path) as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert list(path.parent.iterdir()) == []
    for content in (b"one", b"two"):
        with whole_file(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
