"""A completion without what has no part in its answer: thoughts, invisible characters, the width of its characters."""

from __future__ import annotations

from pytest_evalscope.text.patterns import pattern

# Full-width forms, the comma aside (in Chinese it divides clauses, never thousands); the decimal digits of scripts
# that models write numbers in; signs that have an ASCII form; characters that are not seen.
_NARROW: dict[int, int | str | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_NARROW.update(str.maketrans("\u3000−【】٫٬﹣", " -[].,-"))
_NARROW |= {ord(zero) + digit: 48 + digit for zero in "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐" for digit in range(10)}
_NARROW |= dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
_WIDE = pattern(f"[{''.join(map(chr, _NARROW))}]+")
_THOUGHT = "</think>"
_STRUCK = pattern(r"(?<![^\s*_(:])~~(?=[^\s~\\])[^~\n]{1,200}~~(?![^\s*_.,;)])")
_MARK = r"(?:<[|｜][^\s<>|｜]{1,40}[|｜]>|</s>|<eos>|<end_of_turn>|\[/INST\])"
_ENDS = pattern(rf"(?:{_MARK}\s{{0,9}}){{1,9}}\Z")
_BEGINS = pattern(r"\s*(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>)\w{0,20}(?:<\|end_header_id\|>)?\s*")
_LAST = 200
"""Characters at the end of a completion that tokens of its chat format are looked for in."""


def narrow(text: str) -> str:
    """Return `text` with full-width letters and the digits of any script in their ASCII form, the wide comma aside."""
    return text if text.isascii() else _WIDE.sub(lambda run: run[0].translate(_NARROW), text)


def clean(text: str) -> str:
    """Return `text` narrowed, without thoughts before its last `</think>`, what is struck out, and tokens of a chat."""
    if text.isascii() and not ("<" in text or "~" in text or "[" in text):
        return text  # as most are
    text = without_thoughts(text)
    if "~~" in text:
        text = _STRUCK.sub("", text)
    return without_tokens(narrow(text))


def without_thoughts(text: str) -> str:
    """Return `text` behind its last `</think>`, all of it without one."""
    return text.rpartition(_THOUGHT)[2] if _THOUGHT in text else text


def without_tokens(text: str) -> str:
    """Return `text` without the tokens that end or begin a turn of a chat, such as `<|im_end|>`."""
    if text.rstrip()[-1:] in (">", "]") and (found := _ENDS.search(text, max(0, len(text) - _LAST))):
        text = text[: found.start()]
    if text.lstrip()[:1] == "<" and (found := _BEGINS.match(text)):
        text = text[found.end() :]
    return text


def without_open_box(text: str) -> str:
    """Return `text` up to its last box if the text ends within that box, as a truncated completion does."""
    start = text.rfind("\\boxed")
    if start < 0:
        return text
    rest = text[start:]
    return text[:start] if rest.count("{") > rest.count("}") else text
