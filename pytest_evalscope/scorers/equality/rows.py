"""Rows of tokens before they are parsed: the parts of a list, sets, plus or minus; and the node of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pytest_evalscope.scorers.equality.trees import Costly, Node
from pytest_evalscope.text.answers.notation import Token

OPENING = frozenset(("(", "[", "{", "\\{", "⌊", "⌈"))
CLOSED = frozenset((")", "]", "}", "\\}", "⌋", "⌉"))
_MOST_SIGNS = 4
"""Signs of plus or minus in one part of an answer."""
_SIGNIFICANT, _EXACT = 6, 12


def with_sets(row: Sequence[Token]) -> list[Token]:
    """Return the row with braces that are no argument and hold a list as the braces of a set: {3, 5}."""
    made, opened = list(row), list[tuple[int, bool]]()
    for place, token in enumerate(row):
        if token.kind != "sign":
            continue
        if token.text == "{":
            before = row[place - 1] if place else token
            opened.append((place, before.kind != "command" and before.text not in {"^", "_", "}", "]"}))
        elif token.text == "}" and opened:
            start, free = opened.pop()
            if free and len(divided(row[start + 1 : place])) > 1:
                made[start], made[place] = Token("sign", "\\{"), Token("sign", "\\}")
        elif token.text == "}" and place == len(row) - 1:
            return made[:-1]  # opened nowhere
    return made


def divided(row: Sequence[Token]) -> list[list[Token]]:
    """Return the parts of a list that commas outside of all brackets divide; empty ones are left out."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in row:
        if token.kind == "sign":
            depth += (token.text in OPENING) - (token.text in CLOSED)
            if token.text == "," and not depth:
                parts.append([])
                continue
        parts[-1].append(token)
    return [part for part in parts if part]


def variants(row: list[Token]) -> Iterator[list[Token]]:
    """Yield a part once, or with every ± as + and as -; of ± and ∓ together the signs belong together."""
    places = [place for place, token in enumerate(row) if token.kind == "sign" and token.text in {"±", "∓"}]
    if not places or any(token.text == "\\{" for token in row):
        yield row  # in a set they become parts of the set
        return
    if len(places) > _MOST_SIGNS:
        raise Costly
    tied = any(row[place].text == "∓" for place in places)
    for choice in range(2 if tied else 2 ** len(places)):
        made = list(row)
        for bit, place in enumerate(places):
            minus = bool(choice if tied else choice >> bit & 1) ^ (row[place].text == "∓")
            made[place] = Token("sign", "-" if minus else "+")
        yield made


def number(written: str) -> Node:
    """Return the node of a number: digits, a period in brackets, a power of ten behind "e"."""
    mantissa, _, exponent = written.partition("e")
    scale = Fraction(10) ** int(exponent or 0)
    if "(" in mantissa:
        before, _, period = mantissa.rstrip(")").partition("(")
        places = len(before.partition(".")[2])
        repeated = Fraction(int(period), 10**places * (10 ** len(period) - 1))
        return Node("number", number=(Fraction(f"0{before}") + repeated) * scale)
    value = Fraction(f"0{mantissa}") * scale
    whole, _, decimals = mantissa.partition(".")
    digits = len((whole + decimals).lstrip("0"))
    if not decimals or digits < _SIGNIFICANT:
        return Node("number", number=value)
    return Node("number", number=value, slack=scale / 10 ** (len(decimals) - max(digits - _EXACT, 0)))
