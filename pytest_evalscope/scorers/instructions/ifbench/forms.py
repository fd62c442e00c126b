"""Instructions on the layout of a reply."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from typing import Any

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers.instructions.ifbench.text import bare, trim
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.words import tokens

_CLOSING = {")": "(", "]": "[", "}": "{"}
_LETTERS = re.compile(r"\W*[aA]\W*[bB]\W*[cC]")
_EDGE = string.digits + string.punctuation.replace('"', "")


def parentheses(reply: str) -> bool:
    """Brackets of the three kinds are open five deep, and the innermost is closed rightly."""
    opened: list[str] = []
    deepest = 0
    for mark in reply:
        if mark in "([{":
            opened.append(mark)
            deepest = max(deepest, len(opened))
        elif mark in _CLOSING:
            if not opened or opened.pop() != _CLOSING[mark]:
                opened, deepest = [], 0
            elif deepest >= 5:
                return True
    return False


def quotes(reply: str) -> bool:
    """Straight quotation marks are open three deep, double and single in turn, and all three are closed."""
    opened: list[str] = []
    deepest = 0
    for mark in reply:
        if opened and mark == opened[-1]:
            opened.pop()
            if deepest - len(opened) >= 3:
                return True
        elif mark in "\"'":
            opened.append(mark)
            deepest = max(deepest, len(opened))
    return False


def options(reply: str, *, options: str) -> bool:
    """The reply is one of the options: letters exactly as they stand, words without regard to case and punctuation."""
    separator = next((mark for mark in ("/", "or") if mark in options), ",")
    known = [option.strip() for option in options.split(separator)]
    if _LETTERS.match(options):
        return reply in known
    return trim(reply).lower() in [trim(option).lower() for option in known]


def newline(reply: str) -> bool:
    """Every word stands on a line of its own."""
    text = bare(reply).strip()
    return len([line for line in text.split("\n") if line]) == len(text.split())


def emoji(reply: str) -> bool:
    """Every sentence ends with an emoji, be it behind its full stop. Raises MissingExtra without the package emoji."""
    is_emoji = emoji_package().is_emoji
    parts = [bare(sentence).strip() for sentence in sentences(reply)]
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if not part:
            return False
        if not any(map(is_emoji, part[-2:])) and not (following and is_emoji(following[0])):
            return False
    return True


def emoji_package() -> Any:
    """Return the package emoji. Raises MissingExtra."""
    try:
        import emoji
    except ImportError:
        raise MissingExtra("instructions on emoji", "emoji", "pip install 'pytest-evalscope[ifbench]'") from None
    return emoji


def line_indent(reply: str) -> bool:
    """Every line begins with more spaces than the line before; a blank line does not count, the second of two does."""
    lines = reply.split("\n")
    place = 0
    while place < len(lines):
        if not lines[place].strip():
            lines.remove(lines[place])
        place += 1
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return all(one < other for one, other in pairwise(indents))


def quote_unquote(reply: str) -> bool:
    """No quotation stands right behind another, and none ends the reply."""
    text = reply.replace("“", '"').replace("”", '"').replace("'\"'", "")
    text = "".join(text.split())
    return '""' not in text and not text.strip(_EDGE).endswith('"')


def list_(reply: str, *, sep: str) -> bool:
    """The mark that stands for a bullet point occurs at least twice."""
    return reply.count(sep) >= 2


def thesis(reply: str) -> bool:
    """Words in HTML italics, and more text behind them."""
    start = next((place for place in map(reply.find, ("<i>", "<em>")) if place >= 0), None)
    if start is None:
        return False
    text = reply[start:]
    end = next((place for place in map(text.find, ("</i>", "</em>")) if place >= 0), None)
    return end is not None and bool(text[3:end].strip()) and bool(text[end + 4 :].strip())


def sub_bullets(reply: str) -> bool:
    """A `-` stands between every `*` and the next."""
    return all("-" in bullet for bullet in reply.split("*")[1:])


def no_bullets_bullets(reply: str) -> bool:
    """At least two sentences, then at least two lines that begin with `*`, and no line of another kind after these."""
    said = bullets = 0
    prose = True  # until a blank line, which the reference takes for the end of the sentences, or a bullet
    for line in map(str.strip, reply.split("\n")):
        if line.startswith("*"):
            if said < 2:
                return False
            bullets += 1
            prose = False
        elif not prose:
            return False
        else:
            found = len(sentences(line))
            said += found
            prose = found > 0
    return bullets >= 2


def title_case(reply: str) -> bool:
    """No word begins with a small letter, but for words of mixed case."""
    words = [word for word in tokens(reply) if word[0].isalpha() and word[0].islower()]
    return not any(len(word) == 1 or word[1:].islower() or word[1:].isupper() for word in words)


def output_template(reply: str) -> bool:
    """The three headings of the template occur."""
    return all(heading in reply for heading in ("My Answer:", "My Conclusion:", "Future Outlook:"))


def no_whitespace(reply: str) -> bool:
    """No white space at all."""
    return not any(map(str.isspace, reply))
