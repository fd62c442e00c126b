"""The value of a formula: exact where it is rational, else to many digits; never more than bounds allow."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pytest_evalscope.scorers.equality.trees import Costly, Meaningless, Node, Unclear

_BITS = 200_000
"""Length of an exact value; a larger one is computed to digits only."""
_LARGEST_FACTORIAL = 5000
_DIGITS = 50
_SAME = 30
"""Digits to which two values that are no fractions have to agree."""
_POSITIVE = 4
"""Places at which formulas are compared where all variables are positive."""
_CONSTANTS = frozenset(("pi", "e", "i", "∞"))


class _Irrational(Exception):
    """The value is no fraction, or a fraction that is too large to be written out."""


def names_in(*nodes: Node) -> list[str]:
    """Return the variables of formulas, sorted."""
    return sorted({part.name for node in nodes for part in node.walk() if part.kind == "name"} - _CONSTANTS)


def same_value(one: Node, other: Node) -> bool:
    """Return whether two formulas have the same value, whatever the values of their variables.

    Fractions are compared exactly. A decimal of at least six digits is a name for what lies less than one unit of its
    last digit from it (of its twelfth, if it has more). Raises Costly, Unclear, Meaningless.
    """
    exact, other_exact = _exact(one), _exact(other)
    if exact is not None and other_exact is not None:
        (value, slack), (other_value, other_slack) = exact, other_exact
        distance = abs(value - other_value)
        return not distance or distance < max(slack, other_slack)
    names = names_in(one, other)
    if not names:
        return _near(_pair(one, other, {}), one, other)
    everywhere = points(names, wide=True)
    needed = everywhere if _has_bars(one) or _has_bars(other) else everywhere[:_POSITIVE]
    if not _all_near([_pair(one, other, point) for point in needed], one, other):
        return False
    negative = [point for point in everywhere[len(needed) :] if _is_real(one, point) and _is_real(other, point)]
    if not all(_near(_pair(one, other, point), one, other) for point in negative):
        raise Unclear  # the same for positive values only, as the root of a square and what is squared
    return True


def proportional(one: Node, other: Node, *, positive: bool = False) -> bool:
    """Return whether one formula is always the other one times a number; raises Unclear, Meaningless."""
    names = names_in(one)
    if not names or names != names_in(other):
        return False
    from mpmath import mpf

    ratios = []
    for point in points(names, wide=_has_bars(one) or _has_bars(other)):
        value, other_value = _pair(one, other, point)
        if not value or not other_value:
            raise Unclear
        ratios.append(value / other_value)
    first = ratios[0]
    alike = all(abs(ratio - first) <= abs(first) * mpf(10) ** -_SAME for ratio in ratios)
    return alike and not (positive and (_is_complex(first) or first < 0))


def points(names: Iterable[str], *, wide: bool = False) -> list[dict[str, Fraction]]:
    """Return places at which formulas are compared: the same ones each time, some negative if `wide`."""
    chance = random.Random(1)  # noqa: S311 - any values will do, as long as they stay
    made = [{name: Fraction(chance.randrange(100, 4000), 997) for name in names} for _ in range(_POSITIVE)]
    if wide:
        made += [{name: -value for name, value in point.items()} for point in made[:2]]
        made += [{name: value * chance.choice((1, -1)) for name, value in point.items()} for point in made[2:4]]
    return made


def _all_near(pairs: Sequence[tuple[Any, Any]], one: Node, other: Node) -> bool:
    real = [pair for pair in pairs if not any(_is_complex(value) for value in pair)]
    return all(_near(pair, one, other) for pair in real or pairs)


def _has_bars(node: Node) -> bool:
    return any(part.kind == "call" and part.name == "abs" for part in node.walk())


def _is_real(node: Node, point: Mapping[str, Fraction]) -> bool:
    """Return whether a formula is real there, with all its parts: roots of a and b are not where both are negative."""
    from mpmath import mp

    with mp.workdps(_DIGITS):
        return not any(_is_complex(_number(part, point)) for part in node.walk())


def _is_complex(value: Any) -> bool:
    return bool(value.imag)


def _near(pair: tuple[Any, Any], one: Node, other: Node) -> bool:
    from mpmath import mpf

    value, other_value = pair
    distance, size = abs(value - other_value), max(abs(value), abs(other_value))
    if distance <= size * mpf(10) ** -_SAME:
        return True
    slack = max(_relative_slack(one), _relative_slack(other))
    return bool(slack and distance < size * mpf(slack.numerator) / slack.denominator)


def _relative_slack(node: Node) -> Fraction:
    return max((part.slack / abs(part.number) for part in node.walk() if part.slack), default=Fraction(0))


def _pair(one: Node, other: Node, point: Mapping[str, Fraction]) -> tuple[Any, Any]:
    return _approximate(one, point), _approximate(other, point)


def _approximate(node: Node, point: Mapping[str, Fraction]) -> Any:
    """Return the value to fifty digits, zero for what does not differ from it at twice as many."""
    from mpmath import mp, mpf

    with mp.workdps(_DIGITS):
        rough = _number(node, point)
    with mp.workdps(2 * _DIGITS):
        fine = _number(node, point)
        distance = abs(rough - fine)
        if distance <= abs(fine) * mpf(10) ** -(_SAME + 5):
            return fine
        if abs(fine) < mpf(10) ** -_DIGITS:
            return mpf(0)
    raise Unclear


# Fractions ------------------------------------------------------------------------------------------------------


def _exact(node: Node) -> tuple[Fraction, Fraction] | None:
    """Return the value and the distance within which it may be another; None if it is no fraction."""
    try:
        value = exact_value(node)
    except _Irrational:
        return None
    relative = _relative_slack(node)
    return value, abs(value) * relative


def exact_value(node: Node) -> Fraction:
    """Return the value of a formula that is a fraction."""
    kind = node.kind
    if kind == "number":
        return node.number
    if kind in {"name", "quantity"}:
        raise _Irrational
    values = [exact_value(part) for part in node.parts]
    if kind == "power":
        return _power(*values)
    if kind == "factorial":
        if values[0].denominator != 1 or not 0 <= values[0] <= _LARGEST_FACTORIAL:
            raise _Irrational
        return Fraction(math.factorial(int(values[0])))
    if kind == "call":
        return _call(node.name, values)
    return _bounded(_arithmetic(kind, values))


def _arithmetic(kind: str, values: list[Any]) -> Any:
    """Return a sum, a product, a quotient and so on, of fractions or of others."""
    if not values:
        raise Unclear
    first = values[0]
    if kind == "sum":
        return sum(values[1:], first)
    if kind == "minus":
        return -first
    if kind == "product":
        return first * values[1]
    if kind == "percent":
        return first / 100
    if kind != "quotient":
        raise Unclear
    if not values[1]:
        raise Meaningless
    return first / values[1]


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > _BITS:
        raise _Irrational
    return value


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        if exponent.denominator > 64:
            raise _Irrational
        return _power(_root(base, exponent.denominator), Fraction(exponent.numerator))
    if not base:
        if exponent < 0:
            raise Meaningless
        return Fraction(int(not exponent))
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(base) != 1 and abs(exponent) * bits > _BITS:
        raise _Irrational
    return base ** (int(exponent) if abs(base) != 1 else int(exponent) % 2)


def _root(value: Fraction, degree: int) -> Fraction:
    """Return a root that is a fraction."""
    if value < 0:
        raise _Irrational  # a complex one, or by another convention the real one
    above, below = _whole_root(value.numerator, degree), _whole_root(value.denominator, degree)
    return Fraction(above, below)


def _whole_root(value: int, degree: int) -> int:
    if degree == 2:
        root = math.isqrt(value)
    else:
        if value.bit_length() > 1000:
            raise _Irrational
        root = round(value ** (1 / degree))
    if root**degree != value:
        raise _Irrational
    return root


_WHOLE: dict[str, Callable[..., int]] = {"floor": math.floor, "ceil": math.ceil}


def _call(name: str, values: list[Fraction]) -> Fraction:
    if name == "root":
        value, degree = values
        if degree.denominator != 1 or not 1 < degree <= 64:
            raise _Irrational
        return -_root(-value, int(degree)) if value < 0 and degree % 2 else _root(value, int(degree))
    if name == "abs":
        return abs(values[0])
    if name in _WHOLE:
        return Fraction(_WHOLE[name](values[0]))
    if name in {"max", "min"}:
        return (max if name == "max" else min)(values)
    if name in {"gcd", "lcm", "binom"}:
        if any(value.denominator != 1 or not 0 <= value <= 10**6 for value in values) or len(values) > 64:
            raise _Irrational
        if name == "binom" and max(values) > _LARGEST_FACTORIAL:
            raise _Irrational
        return Fraction({"gcd": math.gcd, "lcm": math.lcm, "binom": math.comb}[name](*map(int, values)))
    raise _Irrational


# Digits ---------------------------------------------------------------------------------------------------------


def _number(node: Node, point: Mapping[str, Fraction]) -> Any:
    import mpmath

    kind = node.kind
    if kind == "number":
        return mpmath.mpf(node.number.numerator) / node.number.denominator
    if kind == "name":
        return _named(node.name, point)
    values = [_number(part, point) for part in node.parts]
    if kind == "power":
        return _raised(*values)
    if kind == "factorial":
        return _factorial(values[0])
    if kind == "call":
        return _called(node.name, values)
    if kind == "quantity" and node.name == "degrees":
        return values[0] * mpmath.pi / 180
    return _arithmetic(kind, values)


def _named(name: str, point: Mapping[str, Fraction]) -> Any:
    import mpmath

    if name == "∞":
        return mpmath.mpf("1.2345678901234567890123e98765")  # a variable that is larger than what anyone writes
    constants = {"pi": mpmath.pi, "e": mpmath.e, "i": mpmath.mpc(0, 1)}
    if name in constants:
        return +constants[name]
    value = point[name]
    return mpmath.mpf(value.numerator) / value.denominator


def _raised(base: Any, exponent: Any) -> Any:
    import mpmath

    if not base:
        if exponent.real <= 0 and exponent:
            raise Meaningless
        return mpmath.mpf(not exponent)
    if abs(exponent) * (1 + abs(mpmath.log(abs(base)))) > mpmath.mpf(2) ** 50:
        raise Costly
    return base**exponent


def _factorial(value: Any) -> Any:
    import mpmath

    if abs(value) > 10**9:
        raise Costly
    if value.real < 0 and value == mpmath.floor(value.real):
        raise Meaningless
    return mpmath.gamma(value + 1)


def _called(name: str, values: list[Any]) -> Any:
    import mpmath

    if any(abs(value) > mpmath.mpf(10) ** 60 for value in values) and name not in {"root", "ln", "log", "lg", "abs"}:
        raise Costly
    if name == "root":
        value, degree = values
        if degree == mpmath.floor(degree.real) and degree % 2 and not value.imag and value.real < 0:
            return -_raised(-value, 1 / degree)
        return _raised(value, 1 / degree)
    if name in {"ln", "log", "lg"}:
        if not values[0]:
            raise Meaningless
        base = values[1] if len(values) > 1 else mpmath.e if name == "ln" else mpmath.mpf(10)
        return mpmath.log(values[0]) / mpmath.log(base)
    if name == "binom":
        return mpmath.binomial(*values)
    function = _FUNCTIONS.get(name)
    if function is None or len(values) != 1:
        raise Unclear
    try:
        return getattr(mpmath, function)(values[0])
    except (ValueError, ZeroDivisionError):
        raise Meaningless from None


_OWN = "sin cos tan cot sec csc sinh cosh tanh coth exp floor ceil"
_FUNCTIONS = {name: name for name in _OWN.split()}
_FUNCTIONS |= {f"arc{name}": f"a{name}" for name in _OWN.split()[:10]}
_FUNCTIONS["abs"] = "fabs"
