"""The exact texts of small runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_evalscope.collections.levels import Measured, index_report
from pytest_evalscope.reports import append_step_summary, summary_lines
from pytest_evalscope.reports.summary import STEP_LIMIT, summary_markdown
from pytest_evalscope.reports.write import benchmark_content
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Agreement, Columns, IndexLevel, Result


@pytest.fixture
def run(result, summary, tmp_path, monkeypatch):
    """Three subsets of arc, of which one failed, and gsm8k, of which samples were lost."""
    monkeypatch.chdir(tmp_path)
    return summary(
        result(8, 10, benchmark="arc", subset="easy", seconds=0.5),
        result(3, 10, benchmark="arc", subset="hard", verdict="failed", message="accuracy 0.300 is below 0.5"),
        result(
            5,
            10,
            outcomes={"scored": 6, "no_answer": 1, "model_error": 2, "timeout": 1},
            verdict="error",
            message="3 of 10 samples have no score",
            thresholds={"accuracy": 0.5, "f1": 0.25},
        ),
        remarks=("the data had fewer rows than the card says: gsm8k/main 10 of 1319",),
    )


@pytest.fixture
def index():
    """The worked example: arc weighs 2 (0.8 of 5, 1.0 of 4), ceval 3 (0.0 of 1)."""

    def leaf(dataset, subset, share, right, n, categories, tags=()):
        values = {"accuracy": [1.0] * right + [0.0] * (n - right)}
        return Measured(
            dataset=dataset,
            subset=subset,
            task_type="reasoning",
            tags=tags,
            categories=categories,
            share=share,
            estimate=mean("accuracy")(Columns(values=values, clusters=range(n), samples=range(n))),
            count=n,
        )

    leaves = [
        leaf("arc", "ARC-Challenge", 0.4 * 5 / 9, 4, 5, ("mine", "english"), ("en",)),
        leaf("arc", "ARC-Easy", 0.4 * 4 / 9, 4, 4, ("mine", "english"), ("en",)),
        leaf("ceval", "logic", 0.6, 0, 1, ("mine",)),
    ]
    return index_report("mine", "fake/echo", leaves, missing=("gsm8k/main",))


def test_the_terminal(run):
    assert (
        "\n".join(summary_lines(run, 120))
        == """\
results of fake/echo
benchmark        gate      metric            value       95 %   n  unscored  no answer  threshold  requests  seconds
---------------  --------  --------  -------------  ---------  --  --------  ---------  ---------  --------  -------
arc (2 subsets)  1 failed  accuracy  0.550 ± 0.195  0.35–0.74  20         0          0  0.5              20      1.8
  easy           passed    accuracy  0.800 ± 0.227  0.49–0.94  10         0          0  0.5              10      0.5
  hard           failed    accuracy  0.300 ± 0.248  0.11–0.60  10         0          0  0.5              10      1.2
gsm8k/main       error     accuracy  0.500 ± 0.263  0.24–0.76  10         3          1  0.5              10      1.2
                           f1                    –          –   0                       0.25

remark: the data had fewer rows than the card says: gsm8k/main 10 of 1319

12.5 seconds; reports: outputs/20260102T030405Z-abc123/reports/summary.md"""
    )


def test_a_narrow_terminal_keeps_what_decides(run):
    lines = summary_lines(run, 80)
    assert lines[1].split() == ["benchmark", "gate", "metric", "value", "n", "unscored", "threshold"]


def test_counts_of_zero_give_way_first(result, summary):
    headers = summary_lines(summary(result()), 70)[1]
    assert "unscored" not in headers
    assert "metric" in headers


def test_an_index_that_nobody_requested_is_one_line_above_the_place_of_the_reports(result, summary, index):
    run = summary(result(), indexes=(replace(index, requested=False),))
    told = "mine of fake/echo: 0.3556 ± 0.308 (95 % 0.23–0.84, n=10); INCOMPLETE: no score for gsm8k/main"
    assert summary_lines(run, 120)[4:-1] == ["", told]
    assert f"\n- {told}\n" in summary_markdown(run)
    assert "micro_avg" not in summary_markdown(run)


def test_several_models_have_a_heading_each(result, summary):
    lines = summary_lines(summary(result(), result(2, model="fake/other")), 160)
    assert lines[0] == "results"
    assert [line.split()[0] for line in lines[3:7]] == ["fake/echo", "gsm8k/main", "fake/other", "gsm8k/main"]


def test_many_subsets_are_shown_as_a_whole_with_the_gates_that_did_not_hold(result, summary):
    subsets = [result(subset=f"s{at}", verdict="failed" if at in (3, 5) else "passed") for at in range(57)]
    names = [line[:20].rstrip() for line in summary_lines(summary(*subsets), 120)[3:-2]]
    assert names == ["gsm8k (57 subsets)", "  s3", "  s5"]
    subsets = [result(subset=f"s{at}", verdict="error") for at in range(57)]
    names = [line[:25].partition("   ")[0] for line in summary_lines(summary(*subsets), 120)[3:-2]]
    assert [name.split("  error")[0].rstrip() for name in names][1:] == [
        *(f"  s{at}" for at in range(8)),
        "  … 49 more did not pass",
    ]


def test_a_run_that_was_cut_off_says_so(result, summary):
    lines = summary_lines(summary(result(complete=False), complete=False), 120)
    assert lines[0] == "results (INCOMPLETE) of fake/echo"
    assert lines[3].split()[:2] == ["gsm8k/main", "incomplete"]


def test_a_subset_without_a_measurement_has_no_value(result, summary):
    lines = summary_lines(summary(result(subset="a"), result(subset="b", metrics={}, verdict="error")), 120)
    assert lines[5].split()[:5] == ["b", "error", "–", "–", "0"]
    assert lines[3].startswith("gsm8k (1 of 2 subsets)")
    assert "1 error" in lines[3]


def test_a_subset_with_the_name_default_needs_none(result, summary):
    assert summary_lines(summary(result(subset="default")), 120)[3].startswith("gsm8k  ")


def test_the_index_in_the_terminal(result, summary, index, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = summary_lines(summary(result(), indexes=(index,)), 120)
    assert (
        "\n".join(lines[5:-2])
        == """\
mine of fake/echo
weighted_avg 0.3556 ± 0.308 (95 % 0.23–0.84, n=10)
micro_avg 0.8000 ± 0.216, macro_avg 0.6000 ± 0.256
INCOMPLETE: no score for gsm8k/main

mine of fake/echo: subset
task_type  dataset_name  subset_name         micro_avg  count
---------  ------------  -------------  --------------  -----
reasoning  arc           ARC-Challenge  0.8000 ± 0.294      5
reasoning  arc           ARC-Easy       1.0000 ± 0.245      4
reasoning  ceval         logic          0.0000 ± 0.397      1

mine of fake/echo: dataset
task_type  dataset_name       micro_avg       macro_avg    weighted_avg  count
---------  ------------  --------------  --------------  --------------  -----
reasoning  arc           0.8889 ± 0.210  0.9000 ± 0.208  0.8889 ± 0.210      9
reasoning  ceval         0.0000 ± 0.397  0.0000 ± 0.397  0.0000 ± 0.397      1

mine of fake/echo: task
task_type       micro_avg       macro_avg    weighted_avg  count
---------  --------------  --------------  --------------  -----
reasoning  0.8000 ± 0.216  0.6000 ± 0.256  0.3556 ± 0.308     10

mine of fake/echo: tag
tags       micro_avg       macro_avg    weighted_avg  count
----  --------------  --------------  --------------  -----
en    0.8889 ± 0.210  0.9000 ± 0.208  0.8889 ± 0.210      9

mine of fake/echo: category
category0  category1       micro_avg       macro_avg    weighted_avg  count
---------  ---------  --------------  --------------  --------------  -----
mine                  0.8000 ± 0.216  0.6000 ± 0.256  0.3556 ± 0.308     10
mine       english    0.8889 ± 0.210  0.9000 ± 0.208  0.8889 ± 0.210      9"""
    )


def test_lost_samples_of_an_index_have_a_column(result, summary, index):
    lost = replace(index, unscored=1, levels={"tag": IndexLevel("tag", (replace(index.tag.rows[0], unscored=1),))})
    lines = summary_lines(summary(result(), indexes=(lost,)), 120)
    assert "1 of 10 samples have no score and count 0" in lines
    assert lines[-3].split()[-2:] == ["9", "1"]


def test_a_long_level_is_cut_in_the_terminal_and_whole_in_markdown(result, summary, index):
    [row] = index.tag.rows
    long = replace(index, levels={"tag": IndexLevel("tag", tuple(replace(row, key=(tag,)) for tag in "abcdefghijklm"))})
    run = summary(result(), indexes=(long,))
    assert "… and 3 more" in summary_lines(run, 120)
    assert "\n| m | 0.8889 ± 0.210 | " in summary_markdown(run)


def test_markdown(run):
    assert (
        summary_markdown(run)
        == r"""## Evals

- 20260102T030405Z-abc123, started 2026-01-02T03:04:05+00:00, 12.5 seconds

### results of fake/echo

| benchmark | gate | metric | value | 95 % | n | unscored | no answer | threshold | requests | tokens | seconds |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |
| arc (2 subsets) | 1 failed | accuracy | 0.550 ± 0.195 | 0.35–0.74 | 20 | 0 | 0 | 0.5 | 20 | 2.46k | 1.8 |
| arc/easy | passed | accuracy | 0.800 ± 0.227 | 0.49–0.94 | 10 | 0 | 0 | 0.5 | 10 | 1.23k | 0.5 |
| arc/hard | failed | accuracy | 0.300 ± 0.248 | 0.11–0.60 | 10 | 0 | 0 | 0.5 | 10 | 1.23k | 1.2 |
| gsm8k/main | error | accuracy | 0.500 ± 0.263 | 0.24–0.76 | 10 | 3 | 1 | 0.5 | 10 | 1.23k | 1.2 |
|  |  | f1 | – | – | 0 |  |  | 0.25 |  |  |  |

- remark: the data had fewer rows than the card says: gsm8k/main 10 of 1319

### gates that did not hold

- failed: arc/hard of fake/echo: accuracy 0.300 is below 0.5 (evals/math/test\_gsm8k.py:7)
- error: gsm8k/main of fake/echo: 3 of 10 samples have no score (evals/math/test\_gsm8k.py:7)
"""
    )


def test_markdown_has_every_subset(result, summary):
    page = summary_markdown(summary(*(result(subset=f"s{at}") for at in range(57))))
    assert all(f"| gsm8k/s{at} |" in page for at in range(57))
    assert "| gsm8k (57 subsets) |" in page


def test_the_step_summary_is_appended(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n", encoding="utf-8")
    assert append_step_summary(run, {"GITHUB_STEP_SUMMARY": str(page)}) == ""
    assert page.read_text(encoding="utf-8") == "before\n" + summary_markdown(run)


def test_without_github_nothing_is_written(run, tmp_path):
    assert append_step_summary(run, {}) == ""
    assert not list(tmp_path.glob("*.md"))


@pytest.mark.parametrize("before", [STEP_LIMIT - 600, STEP_LIMIT, 2 * STEP_LIMIT])
def test_the_step_summary_is_cut_at_its_limit(run, tmp_path, before):
    page = tmp_path / "page.md"
    page.write_bytes(b"x" * before)
    remark = append_step_summary(run, {"GITHUB_STEP_SUMMARY": str(page)})
    assert remark == "GITHUB_STEP_SUMMARY: cut, a step may write 1 MiB"
    assert page.stat().st_size <= max(before, STEP_LIMIT)
    if before < STEP_LIMIT:
        end = "\n… cut; the whole is in reports/summary.md of the run folder\n"
        assert page.read_text(encoding="utf-8").endswith(end)


CUT = "\n\n… cut; the whole is in reports/summary.md of the run folder\n"


def test_the_step_summary_is_cut_only_where_it_must_be_and_after_a_whole_line(run, tmp_path):
    page, whole = tmp_path / "page.md", summary_markdown(run).encode()
    for left, cut in ((0, False), (1, True)):
        before = STEP_LIMIT - len(whole) + left
        page.write_bytes(b"x" * before)
        told = append_step_summary(run, {"GITHUB_STEP_SUMMARY": str(page)})
        written = page.read_bytes()[before:]
        if not cut:
            assert (told, written) == ("", whole)
            continue
        shown, mark, rest = written.decode().rpartition(CUT)
        assert (mark, rest) == (CUT, "")
        assert whole.decode().startswith(shown)
        assert shown.endswith("\n")
        longer = whole.decode()[len(shown) :].partition("\n")[0]
        assert len(written) + len(longer.encode()) >= STEP_LIMIT - before


def test_a_step_summary_without_room_for_the_mark_is_left_as_it_is(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_bytes(b"x" * (STEP_LIMIT - len(CUT.encode())))
    append_step_summary(run, {"GITHUB_STEP_SUMMARY": str(page)})
    assert page.stat().st_size == STEP_LIMIT - len(CUT.encode())


@pytest.mark.parametrize("name", ["missing/page.md", ".", "a\0b"])
def test_a_step_summary_that_cannot_be_written_is_a_remark(run, tmp_path, name):
    remark = append_step_summary(run, {"GITHUB_STEP_SUMMARY": str(Path(tmp_path, name))})
    assert remark.startswith("GITHUB_STEP_SUMMARY: not written (")


def test_a_panel_says_how_far_its_judges_agree(result, summary):
    two = Agreement(statistic="cohen_kappa", value=0.5, judges=2, items=10, same=0.75)
    more = Agreement(statistic="krippendorff_alpha", value=None, judges=3, items=7, same=1.0)
    results = [result(agreement=two), result(subset="hard", agreement=more), result(subset="easy")]
    page = summary_markdown(summary(*results))
    assert "### agreement of the judges" in page
    assert "| fake/echo | gsm8k/main | 2 | cohen kappa | 0.500 | 0.750 | 10 |" in page
    assert "| fake/echo | gsm8k/hard | 3 | krippendorff alpha | – | 1.000 | 7 |" in page
    assert "agreement of the judges" in "\n".join(summary_lines(summary(*results), 100))
    assert "agreement" not in summary_markdown(summary(result()))
    assert Result.from_plain(results[0].to_plain()) == results[0]
    subsets = benchmark_content(results)["subsets"]
    assert subsets["main"]["agreement"] == {
        "statistic": "cohen_kappa",
        "value": 0.5,
        "judges": 2,
        "items": 10,
        "same": 0.75,
    }
    assert "agreement" not in subsets["easy"]


def test_a_model_that_judges_its_own_replies_is_named(result, summary):
    own = [result(judges=("fake/echo", "fake/other")), result(subset="more", judges=("fake/other",))]
    page = summary_markdown(summary(*own))
    assert page.count("remark: fake/echo is a judge of its own completions") == 1
    assert "own replies" not in summary_markdown(summary(own[1]))
    assert Result.from_plain(own[0].to_plain()).judges == ("fake/echo", "fake/other")
    assert benchmark_content(own)["subsets"]["main"]["judges"] == ["fake/echo", "fake/other"]
    assert "judges" not in benchmark_content([result()])["subsets"]["main"]


def test_many_panels_are_cut_in_the_terminal_and_whole_in_markdown(result, summary):
    found = Agreement(statistic="cohen_kappa", value=0.5, judges=2, items=10, same=0.75)
    run = summary(*(result(subset=f"part {number}", agreement=found) for number in range(30)))
    assert "… 20 more" in "\n".join(summary_lines(run, 120))
    assert summary_markdown(run).count("| cohen kappa |") == 30


def test_cut_replies_have_a_column_where_there_are_any(result, summary):
    cut = summary_lines(summary(result(outcomes={"scored": 6, "truncated": 4})), 200)
    whole = summary_lines(summary(result(outcomes={"scored": 10})), 200)
    assert cut[1].split()[-5:] == ["truncated", "threshold", "requests", "tokens", "seconds"]
    assert cut[3].split()[-5] == "4"
    assert "truncated" not in whole[1]
