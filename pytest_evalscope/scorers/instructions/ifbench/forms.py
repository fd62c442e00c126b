"""Instructions on the layout of a completion."""

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


def parentheses(completion: str) -> bool:
    """Brackets of the three kinds are open five deep, and the innermost is closed rightly."""
    opened: list[str] = []
    deepest = 0
    for mark in completion:
        if mark in "([{":
            opened.append(mark)
            deepest = max(deepest, len(opened))
        elif mark in _CLOSING:
            if not opened or opened.pop() != _CLOSING[mark]:
                opened, deepest = [], 0
            elif deepest >= 5:
                return True
    return False


def quotes(completion: str) -> bool:
    """Straight quotation marks are open three deep, double and single in turn, and all three are closed."""
    opened: list[str] = []
    deepest = 0
    for mark in completion:
        if opened and mark == opened[-1]:
            opened.pop()
            if deepest - len(opened) >= 3:
                return True
        elif mark in "\"'":
            opened.append(mark)
            deepest = max(deepest, len(opened))
    return False


def options(completion: str, *, options: str) -> bool:
    """The completion is one of the options: letters exactly, words without regard to case and punctuation."""
    separator = next((mark for mark in ("/", "or") if mark in options), ",")
    known = [option.strip() for option in options.split(separator)]
    if _LETTERS.match(options):
        return completion in known
    return trim(completion).lower() in [trim(option).lower() for option in known]


def newline(completion: str) -> bool:
    """Every word is on a line of its own."""
    text = bare(completion).strip()
    return len([line for line in text.split("\n") if line]) == len(text.split())


def emoji(completion: str) -> bool:
    """Every sentence ends with an emoji, be it behind its full stop. Raises MissingExtra without the package emoji."""
    is_emoji = emoji_package().is_emoji
    parts = [bare(sentence).strip() for sentence in sentences(completion)]
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


def line_indent(completion: str) -> bool:
    """Every line begins with more spaces than the line before; a blank line does not count, the second of two does."""
    lines = completion.split("\n")
    place = 0
    while place < len(lines):
        if not lines[place].strip():
            lines.remove(lines[place])
        place += 1
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return all(one < other for one, other in pairwise(indents))


def quote_unquote(completion: str) -> bool:
    """No quotation comes right after another, and none ends the completion."""
    text = completion.replace("“", '"').replace("”", '"').replace("'\"'", "")
    text = "".join(text.split())
    return '""' not in text and not text.strip(_EDGE).endswith('"')


def list_(completion: str, *, sep: str) -> bool:
    """The separator used as a bullet point occurs at least twice."""
    return completion.count(sep) >= 2


def thesis(completion: str) -> bool:
    """Words in HTML italics, and more text behind them."""
    start = next((place for place in map(completion.find, ("<i>", "<em>")) if place >= 0), None)
    if start is None:
        return False
    text = completion[start:]
    end = next((place for place in map(text.find, ("</i>", "</em>")) if place >= 0), None)
    return end is not None and bool(text[3:end].strip()) and bool(text[end + 4 :].strip())


def sub_bullets(completion: str) -> bool:
    """A `-` occurs between every `*` and the next."""
    return all("-" in bullet for bullet in completion.split("*")[1:])


def no_bullets_bullets(completion: str) -> bool:
    """At least two sentences, then at least two lines that begin with `*`, and no line of another kind after these."""
    said = bullets = 0
    prose = True  # until a blank line, which the reference takes for the end of the sentences, or a bullet
    for line in map(str.strip, completion.split("\n")):
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


def title_case(completion: str) -> bool:
    """No word begins with a small letter, but for words of mixed case."""
    words = [word for word in tokens(completion) if word[0].isalpha() and word[0].islower()]
    return not any(len(word) == 1 or word[1:].islower() or word[1:].isupper() for word in words)


def output_template(completion: str) -> bool:
    """The three headings of the template occur."""
    return all(heading in completion for heading in ("My Answer:", "My Conclusion:", "Future Outlook:"))


def no_whitespace(completion: str) -> bool:
    """No white space at all."""
    return not any(map(str.isspace, completion))
