"""Units of measurement: which spellings are one, and how many of one are another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from pytest_evalscope.text.patterns import pattern


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit of a number: powers of basic units, sorted by name, and how many of them it is."""

    powers: tuple[tuple[str, int], ...] = ()
    factor: Fraction = Fraction(1)


_TABLE = """
m 1 m meter metre; m 1000 km kilometer kilometre; m 1/100 cm centimeter centimetre; m 1/1000 mm millimeter millimetre
m 1/1000000 μm micrometer micron; m 1/1000000000 nm nanometer; m 1/10000000000 angstrom
m 127/5000 in inch inches; m 381/1250 ft foot feet
m 1143/1250 yd yard; m 201168/125 mi mile
s 1 s sec second; s 60 min minute; s 3600 h hr hour; s 86400 day; s 604800 week; s 1/1000 ms millisecond
month 1 month; month 12 year yr
kg 1 kg kilogram kilogramme; kg 1/1000 g gram gramme; kg 1/1000000 mg milligram; kg 1000 tonne
kg 45359237/100000000 lb pound; kg 45359237/1600000000 oz ounce
dollar 1 dollar $ usd buck; dollar 1/100 cent ¢; euro 1 euro € eur; pound 1 £ gbp; yen 1 yen ¥ jpy; rupee 1 rupee ₹
l 1 l liter litre; l 1/1000 ml milliliter millilitre; gallon 1 gallon gal
degree 1 degree deg °; rad 1 rad radian
n 1 n newton; j 1 j joule; j 1000 kj kilojoule; w 1 w watt; w 1000 kw kilowatt; pa 1 pa pascal; pa 1000 kpa
hz 1 hz hertz; hz 1000 khz; hz 1000000 mhz; hz 1000000000 ghz; v 1 v volt; a 1 amp ampere; ohm 1 ohm Ω; k 1 k kelvin
ev 1 ev; ev 1000 kev; ev 1000000 mev; ev 1000000000 gev; mol 1 mol mole; c 1 coulomb
"""
_KNOWN = {
    name: (base, Fraction(factor))
    for entry in _TABLE.replace("\n", ";").split(";") if entry.strip()
    for base, factor, *names in [entry.split()]
    for name in names
}  # fmt: skip
_NOT_COUNTED = frozenset(("unit", "of", "the", "a", "an", "in", "about", "approximately", "total", "exactly", "each"))
_POWERS = {"square": 2, "sq": 2, "sq.": 2, "cubic": 3, "cu": 3, "squared": 2, "cubed": 3}
_SPEEDS = {"mph": "mi / h", "kmh": "km / h", "kph": "km / h", "fps": "ft / s"}
_PIECE = pattern(
    r"\^\s*\{?\s*(-?\s*[0-9]{1,2})\s*\}?|(?<=[a-z] )([23])(?![0-9])|([/*])|([^\W_]+|[$€£¥₹°¢])|.", re.DOTALL
)


@lru_cache(maxsize=1024)
def unit_of(written: str) -> Unit:
    """Return the unit that `written` names; a word that is in no table is a unit of its own, "units" are none."""
    powers: dict[str, int] = {}
    factor = Fraction(1)
    for name, power in _named(written):
        base, size = _KNOWN.get(name, (name, Fraction(1)))
        powers[base] = powers.get(base, 0) + power
        if abs(power) <= 12:
            factor *= size**power
    return Unit(tuple(sorted((base, power) for base, power in powers.items() if power)), factor)


def _named(written: str) -> Iterator[tuple[str, int]]:
    sign, ahead = 1, 1
    last: str | None = None
    power = 1
    for name in _words(written):
        if isinstance(name, int):
            power = name
        elif name in {"/", "per"}:
            sign_next = -1
            if last:
                yield last, sign * power
            last, power, sign = None, 1, sign_next
        elif name in {"squared", "cubed"}:
            power = _POWERS[name]
        elif name in _POWERS:
            ahead = _POWERS[name]
        elif name not in _NOT_COUNTED:
            if last:
                yield last, sign * power
            last, power, ahead = name, ahead, 1
    if last:
        yield last, sign * power


def _words(written: str) -> Iterator[str | int]:
    for raised, bare, sign, word in _PIECE.findall(written):
        if power := raised or bare:  # cm^2, cm2
            yield int(power.replace(" ", ""))
        elif sign == "/":
            yield sign
        elif word:
            yield from _SPEEDS[word].split() if word in _SPEEDS else (_singular(word),)


def _singular(word: str) -> str:
    word = word.lower()
    return word if word in _KNOWN or len(word) < 4 else word.removesuffix("s")


def is_unit(word: str) -> bool:
    """Return whether a word is a unit of the table, or says how one is to be read: "square"."""
    return _singular(word) in _KNOWN or word.lower() in _POWERS or word.lower() in _SPEEDS or word.lower() == "per"
