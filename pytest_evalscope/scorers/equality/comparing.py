"""The rules by which two answers are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from pytest_evalscope.scorers.equality.parsing import parsed
from pytest_evalscope.scorers.equality.trees import Meaningless, Node, Unclear
from pytest_evalscope.scorers.equality.values import names_in, proportional, same_value
from pytest_evalscope.text.answers.notation import Token, tokens
from pytest_evalscope.text.answers.numerals import worded
from pytest_evalscope.text.answers.units import Unit, unit_of
from pytest_evalscope.text.patterns import pattern

_OPTION = pattern(
    r"(?:\\(?:text|math)(?:bf|rm|it)?\s*\{\s*\(?([A-J])\\?[).:]\s*\}|\(?([A-J])[).](?=[\s\\]))"
    r"(?:[\s~:]|\\[,;: ]|\\q?quad)*([^\s~:].*)",
    re.DOTALL,
)
"""Letter of an option before its value, as in `\\textbf{(C) }12`."""
_MODULUS = pattern(
    r"\s*(?:\\pmod\s*|\\text\{\s*\(?mod\s*|\(\s*(?:\\bmod|\\mod|mod|\\text\{\s*mod\s*\})\s*)"
    r"\{?\s*([0-9a-z]+)[\s)}]*\Z"
)
_FORMS = pattern(r"\\(?:text[a-z]{0,2}|math[a-z]{2}|mbox|boxed)(?![a-z])|\b(?:the limit|it|is|are)\b", re.IGNORECASE)
_DRESS = frozenset("\\$.,!'’()~*")
_NO_BRACES = str.maketrans("", "", "{}")
_ABSENCES = {
    "value": ("dne", "doesnotexist", "doesntexist", "undefined", "notdefined", "nonexistent", "nolimit", "不存在"),
    "solution": (
        "∅", "{}", "emptyset", "varnothing", "theemptyset", "nosolution", "nosolutions", "norealsolution",
        "norealsolutions", "nosuchsolution", "无解", "無解",
    ),
}  # fmt: skip
"""Names of what is no value, in small letters without spaces."""
_GROUPS = pattern(r"[0-9],[0-9]{3}")
_PAIR = pattern(r"[(\[][^()\[\],]*[0-9],[0-9]{3}[^()\[\],]*[)\]]")
_COLLECTIONS = frozenset(("list", "set", "tuple", "union", "matrix"))
_ARITHMETIC = frozenset(("sum", "product", "quotient", "power", "minus"))
_MOST = 64
"""Parts of a list that are compared, each with each."""
_FLIPPED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤"}
_INFINITY = Node("name", name="∞")


def equal(gold: str, answer: str) -> bool | None:
    """Return whether two answers are the same; None if it takes more knowledge to tell."""
    if absence := _absence(gold):
        return absence == _absence(answer)
    (gold, modulus), (answer, other) = _with_modulus(gold), _with_modulus(answer)
    if modulus and other and modulus != other:
        return False
    option = _OPTION.fullmatch(answer)
    answers = (answer, option[1] or option[2], option[3]) if option else (answer,)
    verdicts = {_same_rows(one, other) for one in _readings(gold) for each in answers for other in _readings(each)}
    return True if True in verdicts else None if None in verdicts else False


def _absence(text: str) -> str:
    """Return which kind of nothing an answer is: a value that does not exist, or no solution; "" for a value."""
    letters = "".join(char for char in _FORMS.sub("", text).lower() if char not in _DRESS and not char.isspace())
    letters = letters if letters == "{}" else letters.translate(_NO_BRACES)
    return next((kind for kind, names in _ABSENCES.items() if letters in names), "")


def _with_modulus(text: str) -> tuple[str, str]:
    r"""Return an answer without the modulus at its end, and that: `3 \pmod{7}`; it may be left out, as a unit may."""
    found = _MODULUS.search(text)
    return (text[: found.start()], found[1]) if found else (text.strip(), "")


@lru_cache(maxsize=4096)
def _readings(text: str) -> tuple[tuple[Token, ...], ...]:
    """Return the tokens of a text; "1,000" both as a number and as two of them, but as two in "(1,000)"."""
    if not _GROUPS.search(text):
        return (tuple(tokens(text)),)
    divided = tuple(tokens(text, grouped=False))
    return (divided,) if _PAIR.search(text) else (tuple(tokens(text)), divided)


def _same_rows(gold: Sequence[Token], answer: Sequence[Token]) -> bool | None:
    if all(token.kind == "sign" and token.text not in {"\\{", "\\}"} for token in answer):
        return False  # "?"
    try:
        if [token[:2] for token in gold] == [token[:2] for token in answer]:
            return True
        return same(parsed(gold), parsed(answer))
    except Meaningless:
        return False
    except Unclear:
        return None


def same(gold: Node, answer: Node) -> bool:
    """Return whether two answers are the same. Raises Unclear, Meaningless."""
    kinds = {gold.kind, answer.kind}
    if any(
        node.kind in _ARITHMETIC and any(part.kind in _COLLECTIONS for part in node.walk()) for node in (gold, answer)
    ):
        raise Unclear  # a sum of matrices
    if "relation" in kinds:
        return _same_relations(gold, answer)
    if kinds & _COLLECTIONS:
        return _same_collections(gold, answer)
    if "words" in kinds:
        return _letters(gold) == _letters(answer) != "" or _same_in_words(gold, answer)
    if "quantity" in kinds:
        return _same_quantities(gold, answer)
    if "base" in kinds:
        return _same_digits(gold, answer)
    if "percent" in kinds:
        return _same_percents(gold, answer)
    return same_value(gold, answer)


def _letters(node: Node) -> str:
    if node.kind in {"words", "name"}:
        return node.name.casefold().strip("() ").removeprefix("the ")
    if node.kind == "product":
        return "".join(map(_letters, node.parts))
    return ""


def _same_in_words(gold: Node, answer: Node) -> bool:
    """Compare a number with one in words: 3 and "three"."""
    words, other = (gold, answer) if gold.kind == "words" else (answer, gold)
    found = worded(words.name, "en", begins=True)
    return found is not None and found.end == len(words.name) and found.written == str(other.number) != "0"


# Numbers with something to them ---------------------------------------------------------------------------------


def _same_quantities(gold: Node, answer: Node) -> bool:
    """Compare numbers with units: a unit may be left out, another one has to come to the same, as 100 cm and 1 m."""
    (number, unit), (other, other_unit) = _measured(gold, answer), _measured(answer, gold)
    if not unit.powers or not other_unit.powers:
        return "percent" not in {number.kind, other.kind} and same(number, other)
    if unit.powers != other_unit.powers:
        return False
    if unit.factor != other_unit.factor:
        number, other = _times(number, unit.factor), _times(other, other_unit.factor)
    return same(number, other)


def _measured(node: Node, beside: Node) -> tuple[Node, Unit]:
    """Return a number and its unit, which may be a letter if the other number has a unit of its kind: 2m."""
    if node.kind == "quantity":
        return node.parts[0], unit_of(node.name)
    if node.kind == "product" and node.parts[1].kind == "name" and beside.kind == "quantity":
        unit = unit_of(node.parts[1].name)
        if unit.powers == unit_of(beside.name).powers:
            return node.parts[0], unit
    return node, Unit()


def _times(node: Node, factor: Fraction) -> Node:
    return Node("product", (node, Node("number", number=factor)))


def _same_digits(gold: Node, answer: Node) -> bool:
    """Compare numbers of a base: digits and base have to be the same; the base may be left out."""
    if gold.kind == answer.kind:
        return gold.name == answer.name and same_value(gold.parts[0], answer.parts[0])
    based, other = (gold, answer) if gold.kind == "base" else (answer, gold)
    return other.kind == "number" and str(other.number) == based.name


def _same_percents(gold: Node, answer: Node) -> bool:
    """Compare 50% with 50% or 50 or 0.5."""
    number, other = (node.parts[0] if node.kind == "percent" else node for node in (gold, answer))
    if same(number, other):
        return True
    return gold.kind != answer.kind and (same_value(gold, answer))


# Collections ----------------------------------------------------------------------------------------------------


def _same_collections(gold: Node, answer: Node) -> bool:
    """Compare lists and sets in any order; points, intervals and matrices part by part."""
    kinds = gold.kind, answer.kind
    if kinds == ("matrix", "matrix"):
        return _same_rows_of(gold, answer)
    if "matrix" in kinds:
        matrix, other = (gold, answer) if gold.kind == "matrix" else (answer, gold)
        rows = [row.parts for row in matrix.parts]
        if other.kind not in {"list", "tuple"} or other.name not in {"", "()", "[]"}:
            return False
        if min(len(rows), len(rows[0])) > 1:
            return all(part.kind == "tuple" for part in other.parts) and _same_rows_of(matrix, other)
        return _in_order(Node("list", tuple(cell for row in rows for cell in row)), other)  # a vector
    if "tuple" in kinds:
        if kinds == ("tuple", "tuple"):
            return gold.name == answer.name and _in_order(gold, answer)
        tupled, other = (gold, answer) if gold.kind == "tuple" else (answer, gold)
        if other.kind == "list":
            return tupled.name == "()" and _in_order(tupled, other)
        return len(other.parts) == 1 and other.kind in {"set", "union"} and same(tupled, other.parts[0])
    members, others = _members(gold), _members(answer)
    if all(node.kind == "tuple" for node in others):
        members = _as_points(members)
    elif all(node.kind == "tuple" for node in members):
        others = _as_points(others)
    return _any_order(members, others)


def _as_points(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return p = 5, q = 2, p = 7, q = 2 as (5, 2), (7, 2); what is no such list as it is."""
    subjects = [_subject(node) for node in nodes]
    size = len(set(subjects))
    if "" in subjects or not 1 < size < len(nodes) or subjects != subjects[:size] * (len(nodes) // size):
        return nodes
    values = [_values(node)[-1] for node in nodes]
    return tuple(Node("tuple", tuple(values[at : at + size]), "()") for at in range(0, len(nodes), size))


def _members(node: Node) -> tuple[Node, ...]:
    return node.parts if node.kind in {"list", "set", "union"} else (node,)


def _in_order(gold: Node, answer: Node) -> bool:
    return len(gold.parts) == len(answer.parts) and all(map(same, gold.parts, answer.parts))


def _same_rows_of(gold: Node, answer: Node) -> bool:
    return len(gold.parts) == len(answer.parts) and all(map(_in_order, gold.parts, answer.parts))


def _any_order(gold: Sequence[Node], answer: Sequence[Node]) -> bool:
    if max(len(gold), len(answer)) > _MOST:
        return len(gold) == len(answer) and all(map(same, gold, answer))
    named, other_named = ({_subject(node) for node in nodes} - {""} for nodes in (gold, answer))
    if not (named and other_named) and len(named | other_named) > 1:
        return len(gold) == len(answer) and all(map(same, gold, answer))  # x = 1, y = 2 against 1, 2
    return all(any(same(one, other) for other in answer) for one in gold) and all(
        any(same(one, other) for one in gold) for other in answer
    )


# Relations ------------------------------------------------------------------------------------------------------


def _subject(node: Node) -> str:
    """Return the variable, the function or the words that a relation begins with; nothing for anything else."""
    return _title(node.parts[0]) if node.kind == "relation" and set(node.name) <= set("=≈∈≡ ") else ""


def _title(side: Node) -> str:
    """Return what a side names: `x`, `f(x)`, `AB`, `|AB|`, `A : B`, words, `(x, y)`; nothing for what is computed."""
    kind, parts = side.kind, side.parts
    if kind in {"name", "words"}:
        return side.name
    if kind == "product" and parts[0].kind == "name" and parts[1].kind in {"name", "tuple", "number"}:
        bracketed = parts[1].kind != "name" or not _is_segment(side)
        return f"{parts[0].name}({_spelled(parts[1])})" if bracketed else _spelled(side)
    if kind in {"product", "quotient"} or (kind == "call" and side.name == "abs"):
        return _spelled(side) if _is_segment(side) else ""
    if kind == "tuple" and all(part.kind == "name" for part in parts):
        return _spelled(side)
    return ""


def _is_segment(side: Node) -> bool:
    """Return whether a side is made of points only, as the length of a segment, or a ratio of two, is."""
    leaves = [part for part in side.walk() if not part.parts]
    return all(leaf.kind == "name" and leaf.name[0].isupper() for leaf in leaves)


def _spelled(node: Node) -> str:
    return f"{node.kind[0]}{node.name}{node.number or ''}({' '.join(map(_spelled, node.parts))})"


def _values(node: Node) -> tuple[Node, ...]:
    """Return what a relation gives as the value of its subject, the only one or several; none for an equation."""
    signs = node.name.split()
    if not set(signs) <= set("=≈∈≡"):
        return ()
    sides = node.parts
    if not _title(sides[0]) and sides[-1].kind == "name":
        sides = sides[::-1]
    if _title(sides[0]):
        sides = sides[1:]
    elif names_in(*sides):
        return ()
    return sides if "≈" in signs else sides[-1:]


def _same_relations(gold: Node, answer: Node) -> bool:
    if gold.kind == answer.kind:
        return _same_equations(gold, answer)
    relation, other = (gold, answer) if gold.kind == "relation" else (answer, gold)
    if values := _values(relation):
        return any(same(value, other) if relation is gold else same(other, value) for value in values)
    if other.kind in {"list", "set"} and len(other.parts) == 1:
        return same(relation, other.parts[0])
    interval = _interval(relation)
    if interval is not None and interval.kind == "union":
        return same(interval, other)
    if interval is None or other.kind != "tuple":
        return False
    # (1, 3) as a target may be a point.
    point = other is gold and other.name == "()" and not any("∞" in names for names in _infinities(other))
    return not point and other.name == interval.name and _in_order(interval, other)


def _infinities(node: Node) -> list[str]:
    return [part.name for part in node.walk() if part.kind == "name"]


def _same_equations(gold: Node, answer: Node) -> bool:
    subject = _subject(gold)
    if subject and subject == _subject(answer):
        return any(same(value, other) for value in _values(gold) for other in _values(answer))
    (sides, signs), (other_sides, other_signs) = _ascending(gold), _ascending(answer)
    if signs != other_signs:
        one, two = _interval(gold), _interval(answer)
        if one and two:  # |x| < 3 and -3 < x < 3
            return one.name == two.name and names_in(gold) == names_in(answer) and same(one, two)
        interval, others = _interval(gold) or _interval(answer), _values(answer) or _values(gold)
        return interval is not None and any(other.name == interval.name and same(interval, other) for other in others)
    if len(sides) == 2 and not any(side.kind in {"words", "list", "set", "tuple"} for side in (*sides, *other_sides)):
        return proportional(
            _difference(sides), _difference(other_sides), positive="=" not in signs and "≠" not in signs
        )
    return all(map(same, sides, other_sides))


def _ascending(node: Node) -> tuple[tuple[Node, ...], list[str]]:
    """Return the sides and the signs, turned round if they descend."""
    signs = node.name.split()
    if not set(signs) & {">", "≥"}:
        return node.parts, signs
    return node.parts[::-1], [_FLIPPED.get(sign, sign) for sign in reversed(signs)]


def _difference(sides: Sequence[Node]) -> Node:
    return Node("sum", (sides[0], Node("minus", (sides[1],))))


def _is_modulus(side: Node) -> bool:
    """Return whether a side is |x|; |AB| is a length, and z and w are names of complex numbers."""
    inner = side.parts[0] if side.kind == "call" and side.name == "abs" else side
    return inner is not side and inner.kind == "name" and inner.name.islower() and inner.name not in {"z", "w"}


def _of_modulus(sides: Sequence[Node], signs: Sequence[str]) -> Node | None:
    """Return the numbers with a < |x| < b, where a and b have no variables: (-b, -a) and (a, b)."""
    at = next(place for place, side in enumerate(sides) if _is_modulus(side))
    if at > 1 or len(sides) > at + 2 or names_in(*sides[:at], *sides[at + 1 :]):
        return None
    above = sides[at + 1] if len(sides) > at + 1 else _INFINITY
    outer = "≤" if len(sides) > at + 1 and signs[at] == "≤" else "<"
    opening, closing = ("[", "]") if outer == "≤" else ("(", ")")
    if not at:
        return Node("tuple", (Node("minus", (above,)), above), opening + closing)
    inner = "[]" if signs[0] == "≤" else "()"
    left = Node("tuple", (Node("minus", (above,)), Node("minus", (sides[0],))), opening + inner[1])
    return Node("union", (left, Node("tuple", (sides[0], above), inner[0] + closing)))


def _interval(node: Node) -> Node | None:
    """Return the interval that an inequality in one variable describes."""
    sides, signs = _ascending(node)
    if not set(signs) <= {"<", "≤"}:
        return None
    if any(map(_is_modulus, sides)):
        return _of_modulus(sides, signs)
    if len(sides) == 2:
        if _title(sides[0]):
            sides, signs = (Node("minus", (_INFINITY,)), *sides), ["<", *signs]
        elif _title(sides[1]):
            sides, signs = (*sides, _INFINITY), [*signs, "<"]
    if len(sides) != 3 or not _title(sides[1]):
        return None
    brackets = ("[" if signs[0] == "≤" else "(") + ("]" if signs[1] == "≤" else ")")
    return Node("tuple", (sides[0], sides[2]), brackets)
