"""`reports/junit.xml`: a test case per gate; and `reports/junit-samples.xml`: one per sample.

Cases are written as they are made, a suite at a time; of a suite that fills more than 16 MB the rest waits in a file.
So a million samples need no more memory than a thousand. The file grows by some 150 bytes a sample.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from junitparser import Attr, Error, Failure, Properties, Property, Skipped, TestCase, TestSuite

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.reports import escape
from pytest_evalscope.reports.overall import by_benchmark
from pytest_evalscope.text import neutralize_commands, redacted
from pytest_evalscope.types import UNSCORED, Record, Result, RunSummary
from pytest_evalscope.types.sample import target_text

_MOST_DETAILS = 100
"""Wrong samples of a suite that are shown, and as many without a score; the others are reported without that."""
_IN_MEMORY = 16_000_000
_SAFE = re.compile(r"[A-Za-z0-9._/-]*")
"""Characters that need no escaping."""
_KINDS = ((Failure, "failures"), (Error, "errors"), (Skipped, "skipped"))


class _Case(TestCase):  # type: ignore[misc]  # junitparser is not typed; this is how it takes further attributes
    file = Attr()
    line = Attr()


_BEGIN = b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"evalscope\">\n"
_END = b"</testsuites>\n"


def write_gates(file: IO[bytes], summary: RunSummary, *, properties: bool = True) -> None:
    """Write the gates of the run as JUnit XML; `properties` says whether a test case has its numbers and its place.

    Without them the file is valid by Jenkins' `junit-10.xsd`, which knows neither.
    """
    file.write(_BEGIN)
    gates = (_gate_case(result, properties=properties) for result in summary.results)
    state = "complete" if summary.complete else "incomplete"
    _write_suite(file, "gates", [("evalscope.run", summary.folder.name), ("evalscope.state", state)], gates)
    file.write(_END)


def write_samples(file: IO[bytes], summary: RunSummary, *, properties: bool = True) -> None:
    """Write the samples of the run as JUnit XML. Raises DataError for a broken line in the run folder's reviews."""
    file.write(_BEGIN)
    folder = RunFolder(summary.folder)
    for group in by_benchmark(summary.results):
        for result in group:
            cases = _sample_cases(folder, result, properties=properties, redact=summary.redact)
            _write_suite(file, f"samples of {_title(result)}", result.properties[:3], cases)
    file.write(_END)


def _write_suite(file: IO[bytes], name: str, properties: Iterable[tuple[str, str]], cases: Iterable[Any]) -> None:
    """Write one suite; the counts in its first line are known once its cases are, so those wait."""
    suite = TestSuite(_line(name))
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    seconds = 0.0
    with SpooledTemporaryFile(_IN_MEMORY) as waiting:
        for case in cases:
            counts["tests"] += 1
            for kind, name in _KINDS:
                counts[name] += any(isinstance(found, kind) for found in case.result)
            seconds += case.time
            waiting.write(case.tostring() + b"\n")
        for attribute, count in counts.items():
            setattr(suite, attribute, count)
        suite.time = round(seconds, 3)
        suite.append(_properties(properties))
        file.write(suite.tostring().removesuffix(b"</testsuite>") + b"\n")
        waiting.seek(0)
        shutil.copyfileobj(waiting, file)
    file.write(b"</testsuite>\n")


def _properties(named: Iterable[tuple[str, str]]) -> Any:
    made = Properties()
    for name, value in named:
        made.add_property(Property(_line(name), _line(value, 1000)))
    return made


def _gate_case(result: Result, *, properties: bool) -> Any:
    path = result.location.rpartition(":")[0]
    case = _Case(_line(_title(result)), _module(path) or "evalscope", round(result.seconds, 3))
    if properties:
        _locate(case, result)
        case.append(_properties(result.properties))
    message = result.message or ("" if result.complete else "cut off before the end")
    if result.verdict == "failed":
        case.append(_problem(Failure, "gate", message, result))
    elif result.verdict in ("skipped", "xfailed"):
        case.append(Skipped(_line(message, 1000)))
    elif result.verdict == "error" or not result.complete:
        case.append(_problem(Error, "unproven", message, result))
    elif result.verdict == "inconclusive":
        case.append(Skipped(_line(message, 1000)))  # readers know no other case that neither passed nor failed
    elif result.verdict == "none":
        case.append(Skipped("measured; no gate"))
    return case


def _locate(case: Any, result: Result) -> None:
    """Give the case file and line of the test, where a reader may jump to."""
    path, _, line = result.location.rpartition(":")
    if path:
        case.file, case.line = _line(path, 1000), _line(line)


def _problem(kind: Any, type_: str, message: str, result: Result) -> Any:
    """Return a failure or error with the samples behind it.

    Its text ends in `path:line: message`, which CI services turn into an annotation.
    """
    made = kind(_line(message, 1000) or "no reason given", type_)
    place = f"{_line(result.location, 1000)}: " if result.location else ""
    samples = ""
    if result.failing is not None:
        from pytest_evalscope.reports.samples import failing_lines

        samples = "\n".join(["", f"{result.failing.title}:", *failing_lines(result.failing), ""])
    made.text = f"{_lines(message)}\n{samples}{place}{made.message}"
    return made


def _sample_cases(folder: RunFolder, result: Result, *, properties: bool, redact: bool) -> Iterator[Any]:
    classname = _line(f"{result.benchmark}.{result.subset}")
    shown = _shown(folder, result, redact=redact)
    for record in read_records(folder, result.model, result.benchmark, result.subset):
        repeat = f" repeat {record.repeat}" if record.repeat else ""
        case = _Case(_line(f"{record.sample_id}{repeat}"), classname, round(record.seconds, 3))
        if properties:
            _locate(case, result)
            case.append(_properties((f"evalscope.{name}", str(value)) for name, value in record.values.items()))
        text = shown.get((record.sample_id, record.repeat))
        if record.outcome in UNSCORED:
            problem = Error(_line(record.error) or record.outcome, record.outcome)
        elif _value(record, result.primary_metric) <= 0:
            problem = Failure(record.outcome if text is None else _said(record, redact=redact), "wrong")
        else:
            yield case
            continue
        if text is not None:
            problem.text = text
        case.append(problem)
        yield case


def _shown(folder: RunFolder, result: Result, *, redact: bool) -> dict[tuple[str, int], str]:
    """Return the first samples that failed, as text; without prompts and completions where these cannot be read."""
    key = (result.model, result.benchmark, result.subset)
    chosen: list[tuple[int, Record]] = []
    counts: Counter[bool] = Counter()
    for line, record in enumerate(read_records(folder, *key), 1):
        lost = record.outcome in UNSCORED
        if (lost or _value(record, result.primary_metric) <= 0) and counts[lost] < _MOST_DETAILS:
            counts[lost] += 1
            chosen.append((line, record))
    if not chosen:
        return {}
    from pytest_evalscope.folder.samples import place_of, whole_records
    from pytest_evalscope.reports.samples import sample_lines, shown_sample

    records = [record for _, record in chosen]
    with suppress(DataError, OSError):
        records = whole_records(folder, key, records)
    return {
        (record.sample_id, record.repeat): "\n".join(
            sample_lines([shown_sample(record, place_of(folder, key, line), redact=redact)])[1:]
        )
        for record, (line, _) in zip(records, chosen, strict=True)
    }


def _value(record: Record, primary_metric: str) -> float:
    """Return the sample's part in the primary metric; that metric may be made of values with other names."""
    return record.values.get(primary_metric, next(iter(record.values.values()), 0.0))


def _said(record: Record, *, redact: bool) -> str:
    """Return what a wrong sample said and what was expected, in one line."""
    show = redacted if redact else str
    target = show(target_text(record.target, " or "))
    answer = "no answer found" if record.answer is None else f"answer {show(record.answer)}"
    cut = "cut off at the token limit, " if record.outcome == "truncated" else ""
    return _line(f"{cut}{answer}; expected {target}", 200)


def _title(result: Result) -> str:
    return f"{result.benchmark}/{result.subset}/{result.model}"


def _module(path: str) -> str:
    """Return the dotted name of a test file, as pytest's own JUnit has it."""
    return ".".join(part for part in path.removesuffix(".py").replace("\\", "/").split("/") if part not in ("", "."))


def _line(text: str, limit: int = 300) -> str:
    if len(text) <= limit and _SAFE.fullmatch(text):  # as nearly every name and number is
        return text
    # Viewers of a report may print it into a build log.
    return neutralize_commands(escape.one_line(text, limit))


def _lines(text: str, limit: int = 10_000) -> str:
    return neutralize_commands(escape.plain_text(text, limit))
