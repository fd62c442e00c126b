"""The tree of a formula, and why a text may have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


class Unclear(Exception):
    """The formula uses what this package does not know: an integral, a limit; math-verify may know it."""


class Costly(Exception):
    """A value that is too large, or a formula with too many levels, to be compared within the bounds."""


class Meaningless(Exception):
    """The text is no formula: a division by zero, two numbers side by side, nothing at all."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a formula.

    Kinds: number, name, sum, product, quotient, power, minus, call, factorial, percent, base (digits of `name` to the
    base of the first part), quantity (a number with the unit `name`), words, tuple, list, set, union, matrix, relation
    (the signs are in `name`, divided by spaces).
    """

    kind: str
    parts: tuple[Node, ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)
    slack: Fraction = Fraction(0)
    """Distance within which a decimal of six digits or more may be another value; 0 where it is exact."""

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()
