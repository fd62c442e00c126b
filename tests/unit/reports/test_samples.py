"""Samples to look at: cut, whole names, and nothing in them that does harm."""

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from pytest_evalscope.reports.samples import (
    failing_lines,
    failing_markdown,
    more_command,
    sample_lines,
    shown_sample,
)
from pytest_evalscope.types import Completion, Record, plain
from pytest_evalscope.types.shown import FailingSamples

NASTY = "\x1b[2J\x1b]0;owned\x07::error::no\n##[error]no\u202e<b>*x*</b> `y` | ![i](http://e.example/x)"


def record(**fields):
    made = {
        "benchmark": "sums", "subset": "default", "model": "m", "sample_id": "s1", "outcome": "scored",
        "values": {"accuracy": 0.0}, "answer": "5", "target": "4", "completion": Completion(text="It is 5."),
        "messages": ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}),
    }  # fmt: skip
    return Record(**{**made, **fields})


def lines(width=80, **fields):
    return sample_lines([shown_sample(record(**fields), "reviews/m/sums/default.jsonl:7")], width)


def test_a_sample_is_shown_with_what_was_asked_said_and_expected():
    assert lines(explanation="off by one") == [
        "sample s1 of sums: wrong answer, accuracy 0",
        "  prompt       2 + 2?",
        "  completion   It is 5.",
        "  answer       5",
        "  target       4",
        "  explanation  off by one",
        "  record       reviews/m/sums/default.jsonl:7",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"repeat": 2, "subset": "hard"}, "sample s1 of sums/hard, repeat 2: wrong answer, accuracy 0"),
        ({"values": {"f1": 0.25, "em": 0.0}}, "sample s1 of sums: scored, f1 0.25, em 0"),
        ({"outcome": "no_answer", "answer": None}, "sample s1 of sums: no answer found, accuracy 0"),
        ({"outcome": "truncated"}, "sample s1 of sums: truncated at the token limit, accuracy 0"),
        ({"outcome": "scorer_error", "error": "KeyError: 'y' at a.py:6"}, "  error        KeyError: 'y' at a.py:6"),
        ({"answer": "It is 5."}, "  target       4"),
        ({"target": ("4", "four")}, "  target       4 or four"),
        ({"target": {"a": [1]}}, '  target       {"a": [1]}'),
        ({"verdicts": {"j": ("no",)}, "explanation": "j: no. Too short"}, "  judge        j: no. Too short"),
        ({"completion": Completion(text=" ")}, "  completion   (no text)"),
        (
            {"completion": Completion(text="", reasoning="Let me see")},
            "  completion   (no text) reasoning alone: Let me see",
        ),
        (
            {"completion": Completion(text="", tool_calls=({"function": {"name": "find"}}, {"function": "odd"}, {}))},
            "  completion   (no text) tool calls: find, ?, ?",
        ),
        ({"messages": ({"role": "system", "content": "Go on."},)}, "  prompt       Go on."),
        (
            {"messages": ({"role": "user", "content": [{"type": "text", "text": "a picture"}]},)},
            "  prompt       a picture",
        ),
    ],
)
def test_each_thing_there_is_to_see_has_its_line(fields, line):
    assert line in lines(**fields)


def test_an_answer_that_is_the_whole_completion_is_shown_once():
    assert not any("  answer" in line for line in lines(answer="It is 5."))


def test_what_is_missing_has_no_line():
    shown = lines(completion=None, messages=(), answer=None, target="")
    assert [line.split()[0] for line in shown] == ["sample", "record"]


def test_the_model_is_named_where_there_are_several():
    one, other = record(), record(model="n")
    shown = sample_lines([shown_sample(one, "x:1"), shown_sample(other, "y:1")])
    assert [line for line in shown if line.startswith("sample")] == [
        "sample s1 of sums by m: wrong answer, accuracy 0",
        "sample s1 of sums by n: wrong answer, accuracy 0",
    ]


def test_long_texts_are_cut_and_say_how_much_is_missing():
    prompt = "example " * 1000 + "the question"
    shown = "\n".join(lines(messages=({"role": "user", "content": prompt},), completion=Completion(text="z" * 10**6)))
    assert "[… 7,612 characters]" in shown
    assert "the question" in shown
    assert "[… 999,400 characters …]" in shown
    assert len(shown) < 2500


def test_a_larger_scale_shows_more():
    long = record(completion=Completion(text="z" * 5000))
    assert "characters" in str(shown_sample(long, "x:1").completion)
    assert shown_sample(long, "x:1", scale=10).completion == "z" * 5000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 200, id="words"),
        pytest.param("x" * 900, id="one word"),
        pytest.param("\u6c49\u5b57" * 300, id="Chinese"),
        pytest.param("\u6c49 " * 99, id="Chinese with blanks"),
        pytest.param("a\tb\n\n\n   c\n" * 9, id="lines"),
    ],
)
@pytest.mark.parametrize("width", [80, 40])
def test_lines_are_as_wide_as_the_terminal_and_no_wider(text, width):
    from unicodedata import east_asian_width

    sample = shown_sample(record(completion=Completion(text=text), answer=text, sample_id="i" * 90), "x.jsonl:7")
    for line in sample_lines([sample], width):
        assert sum(2 if east_asian_width(each) in "WF" else 1 for each in line) <= width
        assert line.strip(), "no line is empty"


def test_a_place_is_in_one_piece():
    assert lines(40)[-1] == "  record       reviews/m/sums/default.jsonl:7"


def test_no_text_drives_a_terminal_or_a_runner_or_a_page():
    nasty = record(
        sample_id=NASTY, benchmark=NASTY, subset=NASTY, model=NASTY, target=NASTY, answer=NASTY, explanation=NASTY,
        error=NASTY, completion=Completion(text=NASTY), messages=({"role": "user", "content": NASTY},),
        values=MappingProxyType({NASTY: 0.0}),
    )  # fmt: skip
    sample = shown_sample(nasty, "reviews/x.jsonl:1")
    failing = FailingSamples(title="worst samples", samples=(sample,), more="pytest-evalscope show x")
    page = failing_markdown(failing, f"worst samples of {NASTY}")
    for line in [*sample_lines([sample], 400), *page]:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", line)
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    for line in page:
        assert line.startswith("    ") or not re.search(r"(?<!\\)[`*|]|<b>|://", line)


def test_a_page_has_the_samples_as_code_and_the_command():
    sample = shown_sample(record(completion=Completion(text="```\n# no heading\n\n<img>")), "reviews/x.jsonl:1")
    failing = FailingSamples(title="worst samples", samples=(sample,), more="pytest-evalscope show x --failed")
    page = failing_markdown(failing, "worst samples of sums")
    assert page[:5] == ["", "### worst samples of sums", "", "sample s1 of sums: wrong answer, accuracy 0", ""]
    assert "      completion   ```" in page
    assert "                   # no heading" in page
    assert page[-1] == "    pytest-evalscope show x --failed"


def test_what_cannot_be_read_is_one_line_in_either():
    failing = FailingSamples(title="worst samples", problem="reviews/x.jsonl:3: not a record (\x1b[2Jno)")
    assert failing_lines(failing) == ["the samples cannot be shown: reviews/x.jsonl:3: not a record (no)"]
    assert failing_markdown(failing, "h")[-1] == "The samples cannot be shown: reviews/x.jsonl:3: not a record (no)"


def test_the_command_can_be_pasted_into_a_shell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert more_command(tmp_path / "outputs" / "r") == "pytest-evalscope show outputs/r --failed"
    assert more_command(Path("/x/my runs"), "a b", "main", model="m") == (
        "pytest-evalscope show '/x/my runs' --failed --benchmark 'a b' --subset main --model m"
    )
    assert more_command(Path("/x"), "sums", "default") == "pytest-evalscope show /x --failed --benchmark sums"


def test_it_travels_as_json_and_is_the_same_again():
    sample = shown_sample(record(repeat=1), "reviews/x.jsonl:1")
    failing = FailingSamples(title="worst samples", samples=(sample, replace(sample, completion=None)), more="show")
    assert FailingSamples.from_plain(plain(failing)) == failing
