"""Files that end in the middle of a line, or hold what nobody wrote there: read as far as they go, or told."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from pytest_evalscope.api import evaluate, rescore
from pytest_evalscope.api.judge_check import judge_check
from pytest_evalscope.api.rescore import _verdicts
from pytest_evalscope.arenas.replies import paired, read_completions, read_targets
from pytest_evalscope.collections import load_mixed
from pytest_evalscope.errors import DataError, EvalscopeError
from pytest_evalscope.folder.jobs import read_job_manifests
from pytest_evalscope.folder.lines import read_lines
from pytest_evalscope.folder.recorded import open_run
from pytest_evalscope.folder.records import read_reviews
from pytest_evalscope.models.providers.batch_store import Tickets
from pytest_evalscope.run import RunFolder, read_records
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.job_manifests import counting_job
from pytest_evalscope.run.merging import join, parts_of, recorded_scores
from pytest_evalscope.run.replay import Completions, KeptScores, Silent
from pytest_evalscope.types import Completion, Context, Sample

pytestmark = pytest.mark.slow  # cut at every byte

KEY = ("add", "sums", "default")
JUNK: list[Any] = [None, True, -1, "x", [], [[]], {}, {"a": []}]


@pytest.fixture
def ended(sums, add, folder) -> tuple[Path, Path]:
    """The folder of a run of three samples, and a copy of it."""
    evaluate([sums(count=3)], models=[add], folder=folder / "run", progress=False)
    shutil.copytree(folder / "run", folder / "copy")
    return folder / "run", folder / "copy"


def cuts(path: Path) -> Iterator[int]:
    """Cut a file at every byte of its last line, the longest first; yield how much of that line is left."""
    content = path.read_bytes()
    begin = content.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(len(content) - 1, begin - 1, -1):
        path.write_bytes(content[:end])
        yield end - begin


def joined(*runs: Path) -> list[str]:
    """Join runs and return the ids in the two files that this writes."""
    target = RunFolder(runs[0].parent / "joined")
    [parts] = parts_of(map(open_run, runs)).values()
    join(parts, target, Tally(counting_job(parts[0].manifest)))
    return [
        orjson.loads(line)["sample_id"]
        for kind in ("predictions", "reviews")
        for line in target.file(kind, *KEY).read_bytes().splitlines()
    ]


def readings(run: Path) -> list[Callable[[], Any]]:
    """Every way in which the records of a run are read back."""
    folder, [manifest] = RunFolder(run), read_job_manifests(RunFolder(run))
    context = Context(model=Silent("add"))

    def answers() -> None:
        Completions(folder, manifest)

    def marks() -> None:
        kept = KeptScores(folder, manifest, counting_job(manifest).benchmark.score)
        for record in read_records(folder, *KEY):
            kept(Sample(id=record.sample_id, input=""), Completion(text=""), context)

    def battle() -> None:
        list(paired(read_completions(run, *KEY), read_completions(run, *KEY), read_targets(run, *KEY)))

    return [
        *(
            lambda: list(read_records(folder, *KEY)),
            lambda: list(read_reviews(run)),
            lambda: _verdicts(folder, manifest),
        ),
        *(answers, marks, battle, lambda: recorded_scores(folder, manifest), lambda: joined(run, run)),
    ]


def test_a_torn_last_line_of_records_is_no_record(ended):
    run, copy = ended
    whole = sorted(joined(copy))
    for kind in ("predictions", "reviews"):
        path = run / kind / "add" / "sums" / "default.jsonl"
        content = path.read_bytes()
        length = len(content.splitlines()[-1])
        for left in cuts(path):
            there = 3 if left == length else 2
            assert len(list(read_lines(path))) == there
            if left % 20 in (0, length % 20):
                assert sorted(joined(run, copy)) == whole, "what is lost here is taken from the other run, line by line"
                for read in readings(run)[:-1]:
                    read()
        path.write_bytes(content)


def test_torn_records_are_marked_again_as_far_as_they_go(ended, sums, folder):
    path = ended[0] / "predictions" / "add" / "sums" / "default.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    again = rescore(ended[0], folder / "again", benchmarks=[sums(count=3)], progress=False)
    assert dict(again.summary.results[0].outcomes) == {"scored": 2, "model_error": 1}


def places(value: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything inside an object."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield (*above, name)
        yield from places(inner, *above, name)


def test_records_that_are_none_are_told(ended):
    run, told = ended[0], 0
    for kind in ("predictions", "reviews"):
        path = run / kind / "add" / "sums" / "default.jsonl"
        *others, last = path.read_bytes().splitlines(keepends=True)
        spoilt = [b"\0" * 40, b"\xff", b"[]", b"3", b"[" * 5000]
        for way in places(orjson.loads(last)):
            for junk in JUNK:
                record = inside = orjson.loads(last)
                for name in way[:-1]:
                    inside = inside[name]
                inside[way[-1]] = junk
                spoilt.append(orjson.dumps(record))
        for line in spoilt[::2] if kind == "predictions" else spoilt:
            path.write_bytes(b"".join(others) + line + b"\n")
            for read in readings(run):
                try:
                    read()
                except EvalscopeError as error:
                    told += isinstance(error, DataError)
        path.write_bytes(b"".join(others) + last)
    assert told > 300


def test_a_torn_mixed_set_is_refused_with_its_line(mixed):
    length = len(mixed.read_bytes().splitlines()[-1])
    for left in cuts(mixed):
        if left == length:
            assert len(load_mixed(mixed)) == 24
        else:
            with pytest.raises(DataError, match=r"^mixed set .*(, line 24: |records of .* are missing)"):
                load_mixed(mixed)


def test_a_mixed_set_with_numbers_that_are_none_was_changed(mixed):
    whole = mixed.read_bytes()
    for number in (b"NaN", b"Infinity", b"1e999"):
        mixed.write_bytes(whole.replace(b'"tags":', b'"more":' + number + b',"tags":', 1))
        with pytest.raises(DataError, match=", line 1: the record was changed since it was written"):
            load_mixed(mixed)


def test_torn_labels_are_refused_with_their_line(folder):
    labels = folder / "labels.jsonl"
    labels.write_bytes(b'{"judge": "A", "label": "A"}\n{"judge": "A", "label": "B"}\n')
    for left in cuts(labels):
        if left in (0, 28):
            assert judge_check(labels).checks
        else:
            with pytest.raises(DataError, match=r"^.*labels\.jsonl, line 2: not JSON"):
                judge_check(labels)


def test_a_torn_ticket_is_no_ticket(folder):
    Tickets(folder, b"m").add("file-1", ["a"])
    [path] = folder.rglob("*.json")
    for _ in cuts(path):
        assert Tickets(folder, b"m").find("a") is None
