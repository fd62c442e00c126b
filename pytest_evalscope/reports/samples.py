"""Samples to look at: made of records, and as lines for a terminal and as Markdown."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_evalscope.reports.escape import markdown, one_line, plain_text
from pytest_evalscope.reports.table import fitting
from pytest_evalscope.text import neutralize_commands, redacted
from pytest_evalscope.text.excerpts import end_of, ends_of
from pytest_evalscope.types import Message, Record
from pytest_evalscope.types.names import near
from pytest_evalscope.types.sample import target_text
from pytest_evalscope.types.shown import FailingSamples, ShownSample

WIDTH = 80
_PROMPT, _COMPLETION, _OTHER = (400, 8), (600, 10), (300, 4)
"""Characters and lines of a text that are shown."""
_MOST_VALUES = 6
_LABELS = 13
"""Columns of the labels, with the gap behind them."""
_WORDS = {
    "no_answer": "no answer found",
    "truncated": "truncated at the token limit",
    "filtered": "withheld by a content filter",
    "model_error": "model error",
    "environment_error": "environment error",
    "scorer_error": "scorer error",
    "timeout": "timeout",
    "not_asked": "not requested",
}
Paint = Callable[[str, str], str]
"""A function that gives a `title` or a `label` its colour; its text is the second argument."""


def shown_sample(record: Record, place: str, *, scale: int = 1, redact: bool = False) -> ShownSample:
    """Return a record as people look at it; `scale` multiplies the lengths at which its texts are cut.

    With `redact` the texts of data, models and judges are their lengths.
    """

    def cut(way: Callable[[str, int, int], str], whole: str, most: tuple[int, int]) -> str:
        return redacted(whole) if redact else _cut(way, whole, most, scale)

    made = record.completion
    text = None if made is None else made.text
    if made is not None and not made.text.strip():
        calls = ", ".join(map(_called, made.tool_calls))
        said = f"tool calls: {calls}" if calls else f"reasoning alone: {made.reasoning}" if made.reasoning else ""
        text = f"(no text) {said}".rstrip()
    judged = record.explanation if record.verdicts else ""
    return ShownSample(
        sample_id=one_line(record.sample_id, 100),
        repeat=record.repeat,
        benchmark=one_line(record.benchmark),
        subset=one_line(record.subset),
        model=one_line(record.model),
        outcome=record.outcome,
        values={one_line(name, 50): value for name, value in record.values.items()},
        prompt=cut(end_of, _prompt(record.messages), _PROMPT),
        completion=None if text is None else cut(ends_of, text, _COMPLETION),
        target=cut(ends_of, target_text(record.target, " or "), _OTHER),
        answer=None if record.answer is None else cut(ends_of, record.answer, _OTHER),
        explanation="" if judged else cut(ends_of, record.explanation, _OTHER),
        judged=cut(ends_of, judged, _COMPLETION),
        error=_cut(ends_of, record.error, _OTHER, scale),
        place=place,
    )


def _cut(cut: Callable[[str, int, int], str], text: str, most: tuple[int, int], scale: int) -> str:
    # Cut first: what is taken out of a text of megabytes costs nothing then.
    return plain_text(cut(text, most[0] * scale, most[1] * scale), 10**9)


def _called(call: Mapping[str, Any]) -> str:
    """Return the name of the tool that a call is of."""
    function = call.get("function")
    return str(function.get("name", "?")) if isinstance(function, Mapping) else "?"


def _prompt(messages: Sequence[Message]) -> str:
    """Return the text of the last message of the user's; without one that of the last message."""
    from pytest_evalscope.models.prompt import content_text, last_user_text

    return last_user_text(tuple(messages)) or (content_text(messages[-1].get("content")) if messages else "")


def sample_lines(samples: Sequence[ShownSample], width: int = WIDTH, paint: Paint = lambda _, text: text) -> list[str]:
    """Return samples as lines of at most `width` columns, an empty one between two samples."""
    several = len({sample.model for sample in samples}) > 1
    made: list[str] = []
    for sample in samples:
        title, *further = _wrapped(_title(sample, several=several), width - 2)
        made += [paint("title", title), *(paint("title", f"  {line}") for line in further)]
        made += [*_rows(sample, width, paint), ""]
    return neutralize_commands("\n".join(made[:-1])).split("\n") if made else []


def failing_lines(failing: FailingSamples, width: int = WIDTH) -> list[str]:
    """Return the samples behind a gate as lines, with the command that shows more of them."""
    lines = sample_lines(failing.samples, width)
    if failing.problem:
        lines.append(neutralize_commands(one_line(f"the samples cannot be shown: {failing.problem}", 1000)))
    elif failing.more:
        lines += ["", f"more: {failing.more}"]
    return lines


def failing_markdown(failing: FailingSamples, heading: str) -> list[str]:
    """Return the samples behind a gate as lines of Markdown below a heading; texts of models are code blocks.

    Blocks are made by indentation: no text ends one, and none is left open where a page is cut.
    """
    made = ["", f"### {markdown(heading)}"]
    if failing.problem:
        return [*made, "", markdown(f"The samples cannot be shown: {failing.problem}", 1000)]
    for sample in failing.samples:
        made += ["", markdown(_title(sample)), "", *(f"    {line}" for line in sample_lines([sample], 100)[1:])]
    return [*made, *(["", "More of them:", "", f"    {failing.more}"] if failing.more else [])]


def more_command(run: Path, benchmark: str = "", subset: str = "", *, model: str = "") -> str:
    """Return the command that shows the failed samples of a run: of one benchmark, subset and model where named."""
    words = ["pytest-evalscope", "show", near(run), "--failed"]
    words += ["--benchmark", benchmark] if benchmark else []
    words += ["--subset", subset] if subset not in ("", "default") else []
    words += ["--model", model] if model else []
    return shlex.join(one_line(word, 1000) for word in words)


def _title(sample: ShownSample, *, several: bool = False) -> str:
    name = sample.benchmark if sample.subset == "default" else f"{sample.benchmark}/{sample.subset}"
    repeat = f", repeat {sample.repeat}" if sample.repeat else ""
    model = f" by {sample.model}" if several else ""
    return f"sample {sample.sample_id} of {name}{repeat}{model}: {_what(sample)}"


def _what(sample: ShownSample) -> str:
    wrong = all(value <= 0 for value in sample.values.values())
    word = _WORDS.get(sample.outcome, "wrong answer" if wrong else "scored")
    if sample.error:
        return word
    named = [f"{name} {value:.4g}" for name, value in sample.values.items()]
    more = [f"{len(named) - _MOST_VALUES} more"] if len(named) > _MOST_VALUES else []
    return ", ".join([word, *named[:_MOST_VALUES], *more])


def _rows(sample: ShownSample, width: int, paint: Paint) -> Iterator[str]:
    completion = sample.completion
    # An answer that is the whole completion is shown once.
    answer = None if completion is not None and sample.answer == completion else sample.answer
    for label, text in (
        ("error", sample.error),
        ("prompt", sample.prompt),
        ("completion", completion),
        ("answer", answer),
        ("target", sample.target),
        ("explanation", sample.explanation),
        ("judge", sample.judged),
        ("record", sample.place),
    ):
        if text:
            # A place stays in one piece: editors open it, and people copy it.
            lines = [text] if label == "record" else _wrapped(text, width - 2 - _LABELS)
            yield f"  {paint('label', label)}{' ' * (_LABELS - len(label))}{lines[0]}"
            yield from (f"{' ' * (2 + _LABELS)}{line}" for line in lines[1:])


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` columns, broken at blanks where there are some, without empty lines.

    It returns one line at least.
    """
    made = []
    for line in text.expandtabs(4).split("\n"):
        rest = line.rstrip()
        if not rest:
            continue
        while (fits := fitting(rest, width)) < len(rest):
            at = rest.rfind(" ", 0, fits + 1)
            at = at if at > 0 and rest[:at].strip() else fits
            made.append(rest[:at].rstrip())
            rest = rest[at:].lstrip(" ")
        made.append(rest)
    return made or [""]
