"""MathArena's stored replies: those, and the answers in them, that its parser could not read and people read for it."""

from __future__ import annotations

from pathlib import Path

from bench.suites.case import Book, Case, Suite
from bench.suites.playing import load

FILE = "src/matharena/parse_manual.py"


def collect(book: Book, root: Path) -> None:
    """Enter every boxed answer with what people took it for, and every whole reply with the box that it lacks."""
    names = load(root / FILE, {})
    book.place = f"{FILE}::manual_mapper"
    for answer, meant in names["manual_mapper"].items():
        book.add(Case(scorer="math", reply=rf"\boxed{{{answer}}}", target=_content(meant), expected=1.0))
    book.place = f"{FILE}::complete_mapper"
    for reply, meant in names["complete_mapper"].items():
        target = _content(meant)
        letter = len(target) == 1 and target in "ABCDE"
        book.add(
            Case(scorer="choice" if letter else "math", reply=reply, target=target, expected=1.0, choices=5 * letter)
        )


def _content(text: str) -> str:
    before, found, behind = text.partition(r"\boxed{")
    return behind.rpartition("}")[0] if found else before


SUITE = Suite(name="MathArena", repository="matharena", paths=(FILE,), collect=collect)
