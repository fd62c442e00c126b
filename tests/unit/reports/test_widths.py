"""The terminal's summary as it looks at 80 and at 160 columns: no name is cut, no line too wide, one screen."""

from pathlib import Path

import pytest

from pytest_evalscope.api.summary import summary_of
from pytest_evalscope.reports import summary_lines
from pytest_evalscope.reports.table import columns, wrapped

MMLU = ("anatomy", "high_school_european_history", "high_school_government_and_politics")
CEVAL = ("高等学校数学", "中国近现代史纲要与马克思主义基本原理概论")
GOLDEN = Path(__file__).with_name("widths")


@pytest.fixture
def usual(result, monkeypatch, tmp_path):
    """Four benchmarks, two of them with few subsets, one with 57, of which three failed."""
    monkeypatch.chdir(tmp_path)
    both = result(6, 10).metrics["accuracy"]
    more = {"metrics": {"accuracy": both, "acc_norm": both}, "asserted": ("acc_norm",)}
    parts = [
        result(subset="default", outcomes={"scored": 9, "no_answer": 1}),
        *(result(5, 10, benchmark="ceval", subset=name) for name in CEVAL),
        *(result(4, 10, benchmark="mmlu", subset=name, verdict="failed") for name in MMLU),
        *(result(benchmark="mmlu", subset=f"s{at}") for at in range(54)),
        result(benchmark="hellaswag", subset="default", **more),
    ]
    return lambda *others: summary_of(
        tmp_path / "outputs" / "20260102T030405Z-abc123", [*parts, *others], complete=True, started="", seconds=12.5
    )


@pytest.mark.parametrize("width", [80, 160])
def test_a_usual_run(usual, width):
    lines = summary_lines(usual(), width)
    assert "\n".join(lines) == (GOLDEN / f"one-model-{width}.txt").read_text("utf-8").rstrip("\n")
    assert max(map(columns, lines)) <= width
    assert len(lines) <= 22  # of 24: pytest's heading is above them, its last line below


@pytest.mark.parametrize("width", [80, 160])
def test_several_models_with_long_names(usual, result, width):
    name = "openai/accounts/an-organisation/models/a-model-with-a-long-name-70b-instruct-2026-01-02-preview-quantised"
    lines = summary_lines(
        usual(result(model=name), result(7, 10, model=name, benchmark="mmlu", subset="anatomy")), width
    )
    assert "\n".join(lines) == (GOLDEN / f"several-models-{width}.txt").read_text("utf-8").rstrip("\n")
    assert max(map(columns, lines[:-6])) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_every_name_is_whole_at_every_width(usual, width):
    text = "".join(line[:38].strip().split("  ")[0] for line in summary_lines(usual(), width))
    assert all(name in text for name in (*MMLU, *CEVAL))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("two words", ["two", "words"]),
        ("ab/cdefg", ["ab/", "cdefg"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("高等学校", ["高等", "学校"]),
        ("e\u0301e\u0301e\u0301e\u0301e\u0301", ["e\u0301" * 5]),
        ("a b c d e", ["a b c", "d e"]),
    ],
)
def test_lines_are_broken_at_blanks_and_behind_signs(text, lines):
    assert wrapped(text, 5) == lines


def test_a_character_that_is_wider_than_a_line_is_a_line():
    assert wrapped("高等", 1) == ["高", "等"]
