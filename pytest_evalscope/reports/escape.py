"""Text of models and data in reports: shown, but unable to do anything there.

A terminal obeys escape sequences, a log of GitHub Actions lines that start with `::`, Markdown its own syntax and HTML,
and XML has no way at all to write some characters.
"""

from __future__ import annotations

import re

from pytest_evalscope.text import strip_control
from pytest_evalscope.types import clean

_NOT_IN_XML = re.compile("[\ufffe\uffff]")  # characters that XML 1.0 excludes and `strip_control` and `clean` leave
_MARKDOWN = re.compile(r"[\\`*_{}\[\]~|#]")
# JSON has these in texts only; of lower control characters it allows none.
_IN_JSON = re.compile(r"[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?<=#)#(?=\w{0,32}\[)")
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def plain_text(text: str, limit: int = 10_000) -> str:
    """Return at most `limit` characters of `text`, with line breaks and tabs as the only control characters."""
    if len(text) <= limit and text.isprintable():  # as nearly every text of a report: nothing to take out
        return text
    # Cut first, so that a completion of many megabytes costs nothing; what is removed afterwards only shortens it.
    shown = strip_control(clean(text[:limit]))
    return _NOT_IN_XML.sub("\ufffd", shown) + ("…" if len(text) > limit else "")


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` as one line with single spaces, cut at `limit` characters."""
    line = " ".join(plain_text(text, 4 * limit).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def harmless_json(text: str) -> str:
    """Return JSON that reads as the same, with what drives a terminal or a CI runner spelled as escapes."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def markdown(text: str, limit: int = 300) -> str:
    """Return `text` as one line of Markdown that shows just these characters, in a table as well."""
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text, limit).translate(_HTML)).replace("://", ":&#47;/")
