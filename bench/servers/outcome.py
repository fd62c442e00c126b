"""What is expected of a run of evals against a server, what was seen, and whether they agree: nothing is run here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CHOICES = "asked.py::test_generation"
LIKELIHOOD = "asked.py::test_likelihood"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The outcome that the documentation promises."""

    scored: int
    """Samples with a score, a wrong answer's included."""
    exit: int = 0
    """pytest's exit status."""
    requests: range | None = None
    """How many requests reached the place where they are counted; None where that is not promised."""
    truncated: int | None = None
    """Samples whose completion reached its token limit; None where that is not promised."""
    says: tuple[str, ...] = ()
    """Regular expressions for what the terminal shows, line breaks counting as spaces."""
    seconds: float = 120.0
    """Seconds that the run may last, so that a wait in vain is seen."""

    def __str__(self) -> str:
        parts = [f"{self.scored} scored", f"exit {self.exit}"]
        if self.truncated is not None:
            parts.insert(1, f"{self.truncated} truncated")
        if self.requests is not None:
            few, many = self.requests[0], self.requests[-1]
            parts.append(f"{few} requests" if few == many else f"{few} to {many} requests")
        parts.append(f"under {self.seconds:g} s")
        return ", ".join(parts + [f"says {text!r}" for text in self.says])


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A run of evals against a server that is up."""

    name: str
    model: str
    """As `--model` takes it."""
    expected: Expected
    samples: int = 20
    test: str = CHOICES
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of it."""

    outcomes: Mapping[str, int]
    """Outcome → samples."""
    unscored: int
    exit: int | None
    """None for a run that had to be ended."""
    seconds: float
    requests: Mapping[str, int]
    """HTTP status, or path → requests, where they are counted."""
    output: str

    @property
    def scored(self) -> int:
        """Samples with a score."""
        return sum(self.outcomes.values()) - self.unscored

    @property
    def asked(self) -> int:
        """Requests of any kind."""
        return sum(self.requests.values())

    def __str__(self) -> str:
        parts = [f"{self.scored} scored"]
        parts += [f"{count} {name}" for name, count in sorted(self.outcomes.items()) if name != "scored"]
        parts.append("had to be ended" if self.exit is None else f"exit {self.exit}")
        if self.requests:
            each = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.requests.items()))
            parts.append(f"{self.asked} requests ({each})")
        return ", ".join([*parts, f"{self.seconds:.0f} s"])


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    server: str
    scenario: str
    expected: str
    seen: str
    wrong: tuple[str, ...] = ()
    """What differs; empty if nothing does."""

    def cells(self) -> list[str]:
        """Return the line as the table has it."""
        return [self.server, self.scenario, self.expected, self.seen, "; ".join(self.wrong) or "as expected"]


HEADERS = ("server", "scenario", "expected", "seen", "")


def differences(expected: Expected, seen: Seen) -> tuple[str, ...]:
    """Return a sentence for each promise that was not kept."""
    output = " ".join(seen.output.split())
    found = []
    if seen.exit != expected.exit:
        found.append("the exit status differs")
    if seen.scored != expected.scored:
        found.append("the number of samples with a score differs")
    if expected.truncated is not None and seen.outcomes.get("truncated", 0) != expected.truncated:
        found.append("the number of truncated samples differs")
    if expected.requests is not None and seen.asked not in expected.requests:
        found.append("the number of requests differs")
    if seen.seconds > expected.seconds:
        found.append("it took too long")
    return (*found, *(f"does not say {text!r}" for text in expected.says if not re.search(text, output)))


def line(server: str, scenario: Scenario, seen: Seen) -> Line:
    """Return the line of a scenario that was run."""
    return Line(server, scenario.name, str(scenario.expected), str(seen), differences(scenario.expected, seen))


def status(lines: Sequence[Line]) -> int:
    """Return the exit status of the script: 0 only if something was run and all of it is as expected."""
    return int(not lines or any(each.wrong for each in lines))
