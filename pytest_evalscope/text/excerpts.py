"""Parts of long texts, which say how much is missing."""

from __future__ import annotations


def end_of(text: str, most: int, lines: int) -> str:
    """Return the last `most` characters of a text, in at most so many lines; what is before them is counted."""
    text = text.strip()
    kept = _last(text, most, lines)
    left = len(text) - len(kept)
    return f"[… {left:,} characters] {kept}" if left else text


def ends_of(text: str, most: int, lines: int) -> str:
    """Return beginning and end of a text, `most` characters in at most so many lines; what is between is counted.

    Two thirds are of its end: that is where answers are. Each has one line at least.
    """
    text = text.strip()
    if len(text) <= most and text.count("\n") < lines:
        return text
    of_begin = max(1, lines // 3)
    begin = "\n".join(text[: most // 3].split("\n")[:of_begin])
    rest = text[len(begin) :]
    end = _last(rest, most - most // 3, max(1, lines - of_begin))
    left = len(rest) - len(end)
    return f"{begin} [… {left:,} characters …] {end}" if left else text


def _last(text: str, most: int, lines: int) -> str:
    return "\n".join(text[max(0, len(text) - most) :].split("\n")[-lines:])
