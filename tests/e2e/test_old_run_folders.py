"""Run folders of earlier code: the code of today reads, merges, re-scores, compares and gates them.

`tests/data/run_folders/make.py` made them and says how. Each of its folders `schema-…` is tested.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from pytest_evalscope import Record
from pytest_evalscope.api import rescore
from pytest_evalscope.run import RunFolder, Settings, read_records

DATA = Path(__file__).resolve().parent.parent / "data" / "run_folders"
SCHEMAS = sorted(path.name for path in DATA.glob("schema-*"))
KINDS = (
    "arena", "arena-of-runs", "cases", "cut-off", "errors", "gates", "index", "judged", "likelihood", "merged",
    "python", "rescored", "shard-1-of-2", "shard-2-of-2",
)  # fmt: skip
JUDGES = ("python/scripted:strict", "python/scripted:lenient")
LONGER = "--judge=python/scripted:longer"
NOT_REPLAYED = ("--eval-judge", "--eval-token-budget", "--eval-shard")
"""Options of a run that its replay goes without: judge verdicts are kept, and nothing is spent or divided."""


def _load() -> Any:
    spec = spec_from_file_location("make", DATA / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = _load()


class Stored:
    """The stored folders of one schema, and a copy of the project that they were made in: the current directory."""

    def __init__(self, pytester: pytest.Pytester, schema: str) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.source = DATA / schema
        self.expected = json.loads((self.source / "expected.json").read_text("utf-8"))
        shutil.copytree(DATA / "project", self.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        pytester.syspathinsert()

    def take(self, *kinds: str) -> None:
        """Copy stored folders into the project."""
        for kind in kinds:
            shutil.copytree(self.source / kind, self.path / kind)

    def replay(self, kind: str, *options: str) -> tuple[pytest.RunResult, Any]:
        """Run pytest with the completions of a stored folder; return its result, and the numbers."""
        self.take(kind)
        options = (f"--eval-run-dir={kind}", f"--eval-work-dir=replayed/{kind}", *options)
        done = self.pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", *options)
        return done, MAKE.numbers(next(self.path.glob(f"replayed/{kind}/*-*")))

    def content(self, kind: str) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (self.path / kind).rglob("*") if path.is_file()}


@pytest.fixture(params=SCHEMAS)
def stored(request: pytest.FixtureRequest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Stored:
    """The stored folders of each schema."""
    for name in ("EVALSCOPE_DATA_DIR", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return Stored(pytester, request.param)


def flat(value: Any, *above: str) -> Iterator[tuple[str, Any]]:
    """Yield every value inside JSON with its path."""
    if isinstance(value, (dict, list)):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(inner, *above, str(name))
    else:
        yield " > ".join(above), value


ENDS = re.compile(r"results > .* > metrics > .* > [12]|indexes > .* > [23]")
"""Ends of intervals: newer code has better ones for repeats, groups and what is counted otherwise than by 0 and 1."""
LATER = re.compile(r"results > (?:arena|index) ")
"""Rows of gates that older code had in no table."""


def same(found: Any, expected: Any, *parts: str, verdicts: bool = True) -> None:
    """Assert that the named parts of two runs' numbers are equal; to 6 digits, as systems round differently."""
    left, right = (
        {
            way: leaf
            for way, leaf in flat({part: one[part] for part in parts})
            if (verdicts or "> verdict" not in way) and not ENDS.fullmatch(way) and not LATER.match(way)
        }
        for one in (found, expected)
    )
    assert right
    assert left == {way: pytest.approx(leaf) if isinstance(leaf, float) else leaf for way, leaf in right.items()}


def records(folder: Path) -> Iterator[tuple[str, list[Record]]]:
    """Yield the name of each job of a run, as expected.json has it, and its records."""
    for path in sorted(folder.glob("configs/jobs/*/*/*.json")):
        job = json.loads(path.read_bytes())
        key = (job["model"], job["benchmark"], job["subset"])
        yield f"{key[1]}/{key[2]} of {key[0]}", list(read_records(RunFolder(folder), *key))


def test_every_kind_is_there(stored):
    assert sorted(stored.expected) == sorted(KINDS)
    assert [kind for kind in KINDS if not (stored.source / kind / "configs" / "run.json").is_file()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_is_read(stored, kind):
    found = dict(records(stored.source / kind))
    lines = [path.read_bytes().count(b"\n") for path in (stored.source / kind).glob("reviews/*/*/*.jsonl")]
    assert sum(map(len, found.values())) == sum(lines) > 0
    measured = {name: one for name, one in stored.expected[kind]["results"].items() if "/cases of " not in name}
    for name, one in measured.items():
        assert len(found[name]) == one["planned"], name
        assert Counter(record.outcome for record in found[name]) == one["outcomes"], name
        primary = one["primary_metric"]
        if values := [record.values[primary] for record in found[name] if primary in record.values]:
            assert fmean(values) == pytest.approx(one["metrics"][primary][0]), name


def test_the_records_of_a_run_that_was_killed_end_where_it_ended(stored):
    found = {name: len(ours) for name, ours in records(stored.source / "cut-off") if "informed" in name}
    assert found == {
        "smoke_facts/default of python/scripted:informed": 5,
        "smoke_arithmetic/default of python/scripted:informed": 2,
    }


@pytest.mark.parametrize(
    ("kind", "kept", "status"),
    [
        ("arena", 6, 0),
        ("cases", 0, 0),
        ("errors", 1, 1),
        ("gates", 0, 0),
        ("index", 0, 0),
        ("judged", 3, 0),
        ("likelihood", 2, 0),
        ("merged", 4, 0),
        ("python", 2, 0),
        ("rescored", 1, 1),
    ],
)
def test_re_scored_by_the_command_the_numbers_are_equal(stored, invoke, kind, kept, status):
    stored.take(kind)
    before = stored.content(kind)
    done = invoke(["rescore", kind, "-o", "again"])
    assert done.exit_code == status, done.output
    changes = [line for line in done.stdout.splitlines() if " of " in line]
    assert len([line for line in changes if ": scores kept: " in line]) == kept
    assert len([line for line in changes if ": 0 of " in line]) == len(changes) - kept
    found, expected = MAKE.numbers(stored.path / "again"), stored.expected[kind]
    if kind == "cases":  # they have no records, so the re-scored run and its index are without them
        results = {name: one for name, one in expected["results"].items() if "/cases of " not in name}
        expected = {**expected, "results": results, "indexes": found["indexes"]}
    same(found, expected, "results", "indexes", verdicts=False)
    assert stored.content(kind) == before


@pytest.mark.parametrize(
    ("kind", "module", "names", "judges"),
    [
        ("python", "capitals", ["CAPITALS"], ()),
        ("errors", "eval_errors", ["OUTCOMES"], ()),
        ("judged", "eval_judged", ["LABELS", "RATINGS", "RUBRIC"], JUDGES),
    ],
)
def test_re_scored_with_benchmarks_of_ones_own_the_numbers_are_equal(stored, kind, module, names, judges):
    stored.take(kind)
    own = [getattr(import_module(module), name) for name in names]
    settings = Settings(judges=judges, cache="off", max_errors=0.5)
    made = rescore(kind, "again", benchmarks=own, settings=settings, progress=False)
    assert [str(change) for change in made.changes if change.kept or change.changed] == []
    same(MAKE.numbers(stored.path / "again"), stored.expected[kind], "results", "indexes", verdicts=False)


def test_what_is_no_whole_run_is_not_re_scored(stored, invoke):
    for kind, said in (
        ("arena-of-runs", "the run folder contains no completions"),
        ("shard-1-of-2", "the run folder contains shard 1/2 alone"),
    ):
        stored.take(kind)
        refused = invoke(["rescore", kind, "-o", "again"])
        assert refused.exit_code == 2
        assert said in refused.stderr


def lines_of(folder: Path) -> dict[str, list[bytes]]:
    """Return the lines of each file of records, in no order."""
    files = (path for kind in ("predictions", "reviews", "judgements") for path in folder.glob(f"{kind}/*/*/*.jsonl"))
    return {path.relative_to(folder).as_posix(): sorted(path.read_bytes().splitlines()) for path in files}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_shards_merge_to_the_run_that_they_were_merged_to(stored, invoke, order):
    stored.take("shard-1-of-2", "shard-2-of-2")
    done = invoke(["merge", *(f"shard-{index}-of-2" for index in order), "-o", "whole"])
    assert done.exit_code == 0, done.output
    same(MAKE.numbers(stored.path / "whole"), stored.expected["merged"], "results", "indexes")
    assert lines_of(stored.path / "whole") == lines_of(stored.source / "merged")


@pytest.mark.parametrize("runs", [("cut-off", "gates"), ("gates", "cut-off")])
def test_a_run_that_was_killed_merges_with_the_one_that_went_on(stored, invoke, runs):
    stored.take("cut-off", "gates")
    refused = invoke(["merge", "cut-off", "-o", "whole"])
    assert refused.exit_code == 2
    assert "cut-off was cut off" in refused.stderr
    done = invoke(["merge", *runs, "-o", "whole"])
    assert done.exit_code == 0, done.output
    same(MAKE.numbers(stored.path / "whole"), stored.expected["gates"], "results", "indexes", verdicts=False)


def battles(invoke: Callable[..., Any], *words: str) -> Any:
    """Let a judge compare stored completions; return the numbers."""
    done = invoke(["arena", *words, LONGER, "--cache-dir=cache", "--work-dir=battles"])
    assert done.exit_code == 0, done.output
    assert "overall leaderboard" in done.stdout
    return MAKE.numbers(next(Path("battles").glob("*-*")))


def test_stored_runs_are_compared_as_they_were(stored, invoke):
    stored.take("python")
    same(battles(invoke, "python"), stored.expected["arena-of-runs"], "leaderboards")


def test_the_completions_of_an_arena_are_compared_as_they_were(stored, invoke):
    stored.take("arena")
    found = battles(invoke, "arena", "--schedule=baseline", "--baseline=python/scripted:old")["leaderboards"]
    counted = [
        {model: [one[name] for name in ("won", "tied", "lost", "unscored")] for model, one in board.items()}
        for board in (*found, *stored.expected["arena"]["leaderboards"])
    ]
    assert counted[0] == counted[1]


def test_runs_are_compared_in_what_they_share(stored, invoke):
    stored.take("gates", "cases")
    [board] = battles(invoke, "gates", "MORE=cases", "--baseline=MORE")["leaderboards"]
    assert board.keys() == {"fake/letter:A", "python/scripted:informed", "MORE"}
    assert {one["unscored"] for one in board.values()} == {0}


def test_verdicts_of_judges_are_checked_against_labels(stored, invoke):
    stored.take("judged")
    found = dict(records(stored.path / "judged"))["labels/default of python/scripted:informed"]
    rows = [{"sample_id": record.sample_id, "benchmark": "labels", "label": "CORRECT"} for record in found]
    Path("labels.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = invoke(["judge-check", "judged", "--labels", "labels.jsonl"])
    assert done.exit_code == 0, done.output
    assert "accuracy 1.000" in done.stdout  # of the lenient one
    assert "accuracy 0.500" in done.stdout  # of the strict one


@pytest.mark.parametrize("kind", ["arena", "errors", "gates", "index", "judged", "likelihood"])
def test_gates_on_a_stored_run_end_as_they_did(stored, kind):
    options = [option for option in MAKE.BY_PYTEST[kind] if not option.startswith(NOT_REPLAYED)]
    done, found = stored.replay(kind, *options)
    assert done.ret in (0, 1, 10), done.outlines
    same(found, stored.expected[kind], "results", "indexes", "leaderboards")


def test_gates_on_merged_shards_end_as_they_must(stored):
    options = [option for option in MAKE.SHARDED if not option.startswith(NOT_REPLAYED)]
    done, found = stored.replay("merged", *options)
    done.assert_outcomes(passed=2, failed=1, deselected=3)
    same(found, stored.expected["merged"], "results", verdicts=False)


def test_gates_on_a_re_scored_run_end_as_they_did(stored):
    options = [option for option in MAKE.BY_PYTEST["errors"] if not option.startswith(NOT_REPLAYED)]
    done, found = stored.replay("rescored", *options)
    done.assert_outcomes(passed=1, errors=1)
    same(found, stored.expected["errors"], "results", "indexes")


def test_gates_on_a_run_with_cases_and_on_one_from_python_end_as_they_must(stored):
    done, found = stored.replay("cases", "eval_cases.py", "-kfacts", MAKE.INFORMED)
    done.assert_outcomes(passed=1, deselected=4)
    name = "smoke_facts/default of python/scripted:informed"
    assert found["results"][name] == stored.expected["cases"]["results"][name]
    stored.pytester.makepyfile(
        eval_capitals="""
        from capitals import CAPITALS

        from pytest_evalscope import benchmark


        @benchmark(CAPITALS)
        def test_capitals(scores):
            assert scores.accuracy == 1
        """
    )
    done, found = stored.replay("python", "eval_capitals.py", "--eval-model=mine", "--eval-model=blank")
    done.assert_outcomes(passed=1, failed=1)
    ours = {name: one for name, one in stored.expected["python"]["results"].items() if name.startswith("capitals/")}
    same(found, {"results": ours}, "results", verdicts=False)


@pytest.mark.nightly
def test_the_code_of_today_makes_every_kind_too(tmp_path):
    MAKE.make(tmp_path / "again")
    found = json.loads((tmp_path / "again" / "expected.json").read_text("utf-8"))
    assert sorted(found) == sorted(KINDS)
    newest = json.loads((DATA / SCHEMAS[-1] / "expected.json").read_text("utf-8"))
    outcomes = [
        {
            (kind, name): result["outcomes"]
            for kind, one in run.items()
            for name, result in one["results"].items()
            if not LATER.match(f"results > {name}")
        }
        for run in (found, newest)
    ]
    assert outcomes[0] == outcomes[1]
