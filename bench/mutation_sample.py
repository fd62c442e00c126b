"""Which mutants of the package `mutants.py` tries: a sample of each room, or those of a list."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.mutation import TEXT, Source, candidates, changed
else:  # the script beside this one
    from mutation import TEXT, Source, candidates, changed

PACKAGE = "pytest_evalscope"
LEAST = 10
"""Mutants per room."""
TEXTS = 0.1
"""At most this share of a room's sample are changed texts, for most texts are messages."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change to one file."""

    path: str
    line: int
    function: str
    kind: str
    before: str
    after: str
    place: int
    """Among the changes of its kind to the same line of text in the same function: a name that outlives other lines."""
    lines: range
    late: bool
    made: bytes
    """The whole file."""

    @property
    def room(self) -> str:
        """The folder it is in, or `package` for a file of the package's own."""
        parts = self.path.split("/")
        return parts[1] if len(parts) > 2 else "package"

    def entry(self) -> dict[str, str | int]:
        """Return what `Mutants.find` finds it by, for a file."""
        names = ("path", "line", "function", "kind", "before", "after", "place")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" + (f" in {self.function}" if self.function else "")
        return f"{where}  {self.kind}\n    - {self.before}\n    + {self.after}"


class Mutants:
    """The changes to one file, made when they are asked for: to make them all takes a second or more."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.source = Source(data)
        self.candidates = list(candidates(self.source))
        self.by_line: dict[int, dict[str, list[int]]] = {}
        """Line → kind → the candidates' numbers."""
        self._names: list[tuple[str, str, str, int]] = []
        seen: Counter[tuple[str, str, str]] = Counter()
        for number, candidate in enumerate(self.candidates):
            self.by_line.setdefault(candidate.line, {}).setdefault(candidate.kind, []).append(number)
            name = (candidate.function, candidate.kind, _line(data, candidate.line))
            self._names.append((*name, seen[name]))
            seen[name] += 1

    @classmethod
    def read(cls, root: Path, path: str) -> Mutants:
        """Read a file of a checkout."""
        return cls(path, (root / path).read_bytes())

    def mutant(self, number: int) -> Mutant | None:
        """Make one of the candidates; None where it is no program, or the same one."""
        candidate = self.candidates[number]
        made = changed(self.source, candidate)
        if made is None:
            return None
        function, kind, before, place = self._names[number]
        return Mutant(
            path=self.path, line=candidate.line, function=function, kind=kind, before=before, place=place,
            after=_line(made, candidate.line), lines=candidate.lines, late=candidate.late, made=made,
        )  # fmt: skip

    def all(self) -> Iterator[Mutant]:
        """Yield every mutant."""
        for number in range(len(self.candidates)):
            if made := self.mutant(number):
                yield made

    def find(self, entry: Mapping[str, Any]) -> Mutant | None:
        """Return the mutant of an entry, or None where its line is another by now."""
        name = (entry["function"], entry["kind"], entry["before"], entry["place"])
        made = self.mutant(self._names.index(name)) if name in self._names else None
        return made if made and made.after == entry["after"] else None


def _line(data: bytes, number: int) -> str:
    lines = data.splitlines()
    return lines[number - 1].decode().strip() if number <= len(lines) else ""


def rooms_of(root: Path) -> dict[str, list[str]]:
    """Return room → its files."""
    made: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root / PACKAGE).parts
        made[parts[0] if len(parts) > 1 else "package"].append(path.relative_to(root).as_posix())
    return dict(made)


def code_lines(root: Path, files: Iterable[str]) -> int:
    """Return how many lines are neither empty nor a comment."""
    lines = (line.strip() for path in files for line in (root / path).read_text("utf-8").splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def quotas(root: Path, rooms: dict[str, list[str]], count: int) -> dict[str, int]:
    """Return room → mutants: `count` in proportion to the lines of code, but nowhere less than `LEAST`."""
    lines = {room: code_lines(root, files) for room, files in rooms.items()}
    whole = sum(lines.values())
    return {room: max(LEAST, round(count * lines[room] / whole)) for room in rooms}


def drawn(pool: Sequence[Mutants], count: int, rng: random.Random) -> Iterator[Mutant]:
    """Yield mutants of files, one per line: first a line is drawn, then a kind, then one of that kind.

    A text is drawn only where a line has nothing else, and for at most `TEXTS` of the mutants.
    """
    lines = [(file, line) for file in pool for line in file.by_line]
    rng.shuffle(lines)
    texts = made = 0
    for file, line in lines:
        kinds = dict(file.by_line[line])
        kinds = {kind: kinds[kind] for kind in kinds if kind != TEXT} or kinds
        kind = rng.choice(sorted(kinds))
        if made == count or (kind == TEXT and texts >= TEXTS * count):
            continue
        if mutant := file.mutant(rng.choice(kinds[kind])):
            made += 1
            texts += kind == TEXT
            yield mutant


def sample(options: argparse.Namespace) -> list[Mutant]:
    """Return the mutants that are to be tried."""
    root: Path = options.root
    rooms = rooms_of(root)
    if options.only:
        return list(listed(root, json.loads(options.only.read_text("utf-8"))["mutants"], options.verdict))
    wanted = quotas(root, rooms, options.sample)
    groups = {room: files for room, files in rooms.items() if not options.room or room in options.room}
    if options.file:
        groups, wanted = {"": options.file}, {"": options.sample}
    made: list[Mutant] = []
    for room, files in groups.items():
        pool = [Mutants.read(root, path) for path in files]
        if options.all:
            made += [mutant for file in pool for mutant in file.all()]
        else:
            made += drawn(pool, wanted[room], random.Random(f"{options.seed}:{room}"))
    return made


def listed(root: Path, entries: Iterable[dict[str, Any]], verdict: str) -> Iterator[Mutant]:
    """Yield mutants of a list, where they now are; those that are no longer there are named."""
    files: dict[str, Mutants] = {}
    for entry in entries:
        if verdict and entry.get("verdict") != verdict:
            continue
        path = entry["path"]
        if (root / path).exists():
            files.setdefault(path, Mutants.read(root, path))
        found = files[path].find(entry) if path in files else None
        if found is None:
            print(f"no longer there: {path}:{entry['line']}  {entry['before']}")
        else:
            yield found
