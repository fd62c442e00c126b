"""Code blocks of Markdown."""

from __future__ import annotations

from typing import NamedTuple

FENCE = "```"


class Block(NamedTuple):
    """A fenced block."""

    language: str
    """The word after the opening fence, in lower case; empty without one."""
    text: str
    """Its lines without the fences, and without the indentation that the opening fence has."""


def fenced_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of `text` in order, in time linear in its length; [] without any.

    A block whose closing fence is missing (a completion that was cut off) ends with the text.
    """
    blocks: list[Block] = []
    opened: tuple[str, int, list[str]] | None = None  # language, indentation, lines
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        spaces = len(line) - len(line.lstrip(" "))
        if opened is None:
            # Backquotes behind the word: code within a line, and no fence.
            if bare.startswith(FENCE) and "`" not in bare.lstrip("`"):
                words = bare.lstrip("`").split()
                opened = words[0].lower() if words else "", spaces, []
            continue
        language, indent, lines = opened
        if bare.startswith(FENCE):
            blocks.append(Block(language, "".join(lines)))
            opened = None
        else:
            lines.append(line[min(indent, spaces) :])
    if opened:
        language, _, lines = opened
        blocks.append(Block(language, "".join(lines)))
    return blocks
