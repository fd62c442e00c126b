"""Makes the run folders that newer code has to read: `python tests/data/run_folders/make.py FOLDER`.

`schema-1/` was made with this script by pytest-evalscope 0.1.0 (commit c0660f6) on Python 3.11, and does not change:
`tests/e2e/test_old_run_folders.py` reads, merges, re-scores and gates it with the code of today. When the files of a
run folder change, make a new set beside it, such as `schema-2/`; the test finds it by its name. What is in `project/`
must remain what the stored runs used, so further evals go into files of their own.

Each folder is made as a user makes one, by pytest, a command or a script, in a copy of `project/`, so that every path
in it is relative. Afterwards it differs from what the run wrote in this:

- `logs/` is left out: which process writes, its progress and its spending matter only during a run;
- `junit.xml`, `summary.md` and `leaderboard.txt` in `reports/` are left out: this project does not read them;
- `versions.platform` in `configs/run.json` is the system's name only, without the version of a machine's kernel.

Nothing else is changed: a folder that names this machine, its user or a path of theirs is an error, and nothing is
written. Beside the folders, `expected.json` contains the numbers of their reports.
"""

import getpass
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
MADE = "made"
"""Where runs are written before they get their names, relative to the project."""
INFORMED, LETTER = "--model=python/scripted:informed", "--model=fake/letter:A"
JUDGES = ("--eval-judge=python/scripted:strict", "--eval-judge=python/scripted:lenient")
SHARDED = ("eval_gates.py", "eval_judged.py", "eval_index.py", "-karithmetic or ratings or team", INFORMED, *JUDGES)
BY_LOGPROB = '--eval-dataset-args={"smoke_knowledge": {"solve": "likelihood"}}'
BY_PYTEST = {
    "gates": ("eval_gates.py", INFORMED, LETTER, "--eval-fail-under=0.3"),
    "cut-off": ("eval_gates.py", INFORMED, LETTER),
    "index": ("--eval-index=team.json", "--eval-limit=5", INFORMED),
    "judged": ("eval_judged.py", INFORMED, *JUDGES),
    "arena": ("eval_arena.py", "--eval-judge=python/scripted:longer"),
    "shard-1-of-2": (*SHARDED, "--eval-shard=1/2"),
    "shard-2-of-2": (*SHARDED, "--eval-shard=2/2"),
    "errors": (
        "eval_errors.py",
        "--model=python/scripted:unreliable",
        "--eval-max-errors=0.5",
        "--eval-token-budget=105",
    ),
    "likelihood": ("eval_likelihood.py", LETTER, BY_LOGPROB),
    "cases": ("eval_cases.py", INFORMED),
}
"""Kind of folder → the arguments of pytest."""
BY_COMMAND = {
    "merged": ("merge", "shard-1-of-2", "shard-2-of-2", "-o", "merged"),
    "rescored": ("rescore", "errors", "-o", "rescored"),
    "arena-of-runs": ("arena", "python", "--judge=python/scripted:longer", "--cache-dir=cache", f"--work-dir={MADE}"),
}
"""Kind of folder → the arguments of `pytest-evalscope`, once those of pytest and Python are made."""
FOR_OTHERS = ("junit.xml", "leaderboard.txt", "summary.md")
"""Reports that this project does not read."""
COMMAND = ("-c", "from pytest_evalscope.cli import main; main()")
PYTEST = ("-m", "pytest", "-q", "-pno:cacheprovider", "-pno:randomly", "--rootdir=.", f"--eval-work-dir={MADE}")
PARTS = ("value", "low", "high", "n")
ADDED_LATER = ("detectable",)
"""Parts of a headline that stored runs do not have."""
"""The parts of an estimate that are compared."""
ONE_BY_ONE = ("--eval-cache=off", "--eval-concurrency=1")
"""So that the order of requests is the same each time."""


def make(target: Path) -> None:
    """Write every kind of run folder, and their numbers, into `target`, which must not exist."""
    if target.exists():
        sys.exit(f"make.py: the folder is there already ({target}); the name of a new one is accepted")
    with TemporaryDirectory() as name:
        room = Path(name) / "project"
        shutil.copytree(HERE / "project", room, ignore=shutil.ignore_patterns("__pycache__"))
        for kind, arguments in BY_PYTEST.items():
            run(room, *PYTEST, *ONE_BY_ONE, *arguments, killed=kind == "cut-off")
            keep(room, kind)
        run(room, "capitals.py")
        for kind, arguments in BY_COMMAND.items():
            run(room, *COMMAND, *arguments)
            keep(room, kind)
        kinds = sorted((*BY_PYTEST, *BY_COMMAND, "python"))
        for kind in kinds:
            plain(room / kind)
            refuse_machine(room / kind, name)
        for kind in kinds:
            shutil.copytree(room / kind, target / kind)
        found = {kind: numbers(room / kind) for kind in kinds}
    (target / "expected.json").write_text(spelt(found), encoding="utf-8", newline="\n")


def spelt(found: dict[str, Any]) -> str:
    """Return JSON with a line for each kind's results, indexes and leaderboards."""
    parts = (
        f"{json.dumps(kind)}: {{\n"
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in one.items())
        + "\n}"
        for kind, one in found.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def run(room: Path, *arguments: str, killed: bool = False) -> None:
    """Run Python in the project, without the settings of this machine; a gate that fails is no failure here."""
    own = ("EVALSCOPE_", "PYTEST_", "GITHUB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    kept |= {"PYTHONDONTWRITEBYTECODE": "1", **({"KILLED": "1"} if killed else {})}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=room, env=kept, capture_output=True, encoding="utf-8", check=False)
    if done.returncode not in ((9,) if killed else (0, 1, 10)):
        sys.exit(f"make.py: {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}")


def keep(room: Path, kind: str) -> None:
    """Give the run folder that was just made the name of its kind, unless its command did so."""
    for path in (room / MADE).glob("*"):
        if path.is_symlink():
            path.unlink()
        else:
            path.rename(room / kind)


def plain(folder: Path) -> None:
    """Take out of a run folder what the docstring of this file lists."""
    shutil.rmtree(folder / "logs", ignore_errors=True)
    for name in FOR_OTHERS:
        (folder / "reports" / name).unlink(missing_ok=True)
    manifest = folder / "configs" / "run.json"
    content = json.loads(manifest.read_bytes())
    content["versions"]["platform"] = platform.system()
    text = json.dumps(content, ensure_ascii=False, indent=2)
    manifest.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def refuse_machine(folder: Path, room: str) -> None:
    """End the program where a file names this machine, its user or a path of theirs."""
    words = {room, str(Path(room).resolve()), str(Path.home()), str(HERE), platform.node(), getpass.getuser()}
    named = {word.encode() for word in words if len(word) > 3}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            sys.exit(f"make.py: a link is no stored file ({path})")
        found = [word for word in named if path.is_file() and word in path.read_bytes()]
        if found:
            sys.exit(f"make.py: {path} names this machine ({b', '.join(found).decode()})")


def numbers(folder: Path) -> dict[str, Any]:
    """Return what the reports of a run folder say: results, indexes and leaderboards; nothing without reports."""
    return {"results": dict(results(folder)), "indexes": indexes(folder), "leaderboards": leaderboards(folder)}


def results(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield the name of each result, `<benchmark>/<subset> of <model>`, and its numbers."""
    for path in sorted((folder / "reports").glob("*/*.json")):
        report = json.loads(path.read_bytes())
        for subset, one in report["subsets"].items():
            metrics = {name: [estimate[part] for part in PARTS] for name, estimate in one["metrics"].items()}
            kept = {name: one[name] for name in ("planned", "outcomes", "verdict")}
            name = f"{report['benchmark']}/{subset} of {report['model']}"
            yield name, {**kept, "primary_metric": report["primary_metric"], "metrics": metrics}


def indexes(folder: Path) -> dict[str, Any]:
    """Return the headline of each index, by its name and model, as its parts."""
    path = folder / "reports" / "index.json"
    first = json.loads(path.read_bytes()) if path.is_file() else {"headline": None, "others": []}
    every = (first, *first["others"])
    found = ((one, one["headline"]) for one in every if one["headline"] is not None)
    return {
        f"{one['name']} of {one['model']}": [value for part, value in head.items() if part not in ADDED_LATER]
        for one, head in found
    }


def leaderboards(folder: Path) -> Any:
    """Return the leaderboards over all datasets: model → rating, win rate, and the number of battles by result."""
    path = folder / "reports" / "leaderboard.json"
    boards = json.loads(path.read_bytes())["leaderboards"] if path.is_file() else []
    return [
        {
            one["model"]: {
                **{name: one[name] and [one[name][part] for part in PARTS] for name in ("rating", "win_rate")},
                **{name: one[name] for name in ("won", "tied", "lost", "unscored")},
            }
            for one in board["models"]
        }
        for board in boards
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/data/run_folders/make.py FOLDER")
    make(Path(sys.argv[1]))
