"""Rules for where two scorers mean different things by right, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.suites.case import Case


@dataclass(frozen=True, slots=True)
class Definition:
    """A class of cases in which theirs and ours differ on purpose."""

    name: str
    why: str
    applies: Callable[[Case, Any], bool]
    """Whether it explains a case, given what ours says of it."""


def _accepted(case: Case, ours: Any) -> bool:
    """Return whether theirs accepts what ours does not."""
    return bool(case.expected == 1 and ours == 0)


def _refused(case: Case, ours: Any) -> bool:
    """Return whether theirs refuses what ours accepts."""
    return bool(case.expected == 0 and ours == 1)


def _targets(case: Case) -> tuple[str, ...]:
    return (case.target,) if isinstance(case.target, str) else tuple(case.target)


_BOX = r"\boxed{"
_MATRIX = re.compile(r"\\begin\{p?matrix\}")
_STATED = {"spans": (1.0, 1.0), "stated exactly": 0.0}
"""Ours where the statement counts: a part of the reply is right, and the whole of it is not compared."""
_BROKEN = re.compile(r"(?:\$|\\\() *\n.*\n *(?:\$|\\\))")
_BRACED = re.compile(r"\$?\{[^{}]*,[^{}]*\}\$?")
_TUPLE = re.compile(r"\$?[(\[][^()\[\]]*,[^()\[\]]*[)\]]\$?")
_MAGNITUDE = re.compile("[千万億兆]")
_DECIMAL = re.compile(r"^\$?\d\.\d{5,}\$?$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS_BETWEEN = re.compile(r"\\boxed\{[^{}]*\}(?: [a-z]+){3,} \\boxed\{")


def _other_numbers(case: Case) -> bool:
    """Return whether the target has a number that the reply's box has not."""
    return not set(_NUMBER.findall(case.target)) <= set(_NUMBER.findall(case.reply))


def _last_box(case: Case) -> bool:
    return any(case.reply.rstrip(" .$").endswith(f"{_BOX}{target}}}") for target in _targets(case))


def _other_place(case: Case, ours: Any) -> bool:
    """Return whether their option picks another of several numbers or letters, or wants nothing beside it."""
    location = case.settings.get("location")
    if location == "exact":
        return _refused(case, ours)
    several = len(_NUMBER.findall(case.reply)) > 1
    return location == "all" or (several and location in {"any", "begin", "first", "final"})


def _other_comma(text: str, other: str) -> bool:
    return text != other and text.replace(",", ".") == other.replace(",", ".")


MATHEMATICS = (
    Definition(
        "braces are a set", "{1, 3} is a set here, whatever TeX makes of it, and no interval or point (1, 3).",
        lambda case, ours: bool(
            _accepted(case, ours) and _BRACED.fullmatch(case.reply) and any(map(_TUPLE.fullmatch, _targets(case)))
        ),
    ),
    Definition(
        "a complex variable", "A bound of |z| is a disk or a ring in the plane; theirs takes two intervals for it.",
        lambda case, ours: _accepted(case, ours) and any("|z|" in target for target in _targets(case)),
    ),
    Definition(
        "rounded", "They compare to 2 to 4 digits there; ours to six, which a benchmark needs that asks for a value.",
        lambda case, ours: case.settings.get("precision", 6) < 6 and _accepted(case, ours),
    ),
    Definition(
        "a decimal for a constant", "Six digits are the value here; theirs takes no decimal for a formula there.",
        lambda case, ours: bool(_DECIMAL.search(case.reply)) and _refused(case, ours),
    ),
    Definition(
        "names of variables", "strict=False takes a function of x for one of y.",
        lambda case, ours: case.settings.get("strict") is False and _accepted(case, ours),
    ),
    Definition(
        "an inequality for a set", "Equal only with an option of theirs (allow_set_relation_comp).",
        lambda case, ours: "allow_set_relation_comp" in case.settings,
    ),
    Definition(
        "formulas over lines", "Their patterns find no formula with a line break within its dollars; ours reads it.",
        lambda case, ours: bool(_BROKEN.search(case.reply)) and _refused(case, ours),
    ),
    Definition(
        "an upright e is dropped", "Their parser loses what follows \\mathrm{e}, so 1 - 1/e equals 1 + 1/e.",
        lambda case, ours: r"\mathrm{e}" in case.reply and r"\mathrm{e}" in case.target and _accepted(case, ours),
    ),
    Definition(
        "which boxes are one list", "With words between boxes they take the last, or those that stand together.",
        lambda case, ours: any(map(_WORDS_BETWEEN.search, _targets(case))),
    ),
    Definition(
        "the last box", "Boxes side by side are one list here (HMMT's answers are written so); theirs takes the last.",
        lambda case, ours: case.reply.count(_BOX) > 1 and _last_box(case) and _accepted(case, ours),
    ),
    Definition(
        "the target's own text", "Their parser reads no plain formula, so an answer equal to the target is wrong.",
        lambda case, ours: (
            _refused(case, ours)
            and any(case.reply.replace("*", "") == target.replace("*", "") for target in _targets(case))
        ),
    ),
    Definition(
        "laid out as a matrix", "Only a person sees which rows are one value; rows that cut a formula are read.",
        lambda case, ours: case.suite == "MathArena" and bool(_MATRIX.search(case.reply)) and _accepted(case, ours),
    ),
    Definition(
        "worked out by a person", "The box holds another number, or a letter for one; they looked at the solution.",
        lambda case, ours: (
            case.suite == "MathArena" and case.reply.startswith(_BOX)
            and (_other_numbers(case) or r"\omega" in case.reply)
        ),
    ),
    Definition(
        "a decimal comma in English", "A comma is a decimal point where the sample's language has it; theirs anywhere.",
        lambda case, ours: _accepted(case, ours) and _other_comma(case.reply, _targets(case)[0]),
    ),
    Definition(
        "a broken target", "A box that is not closed; no benchmark's reader takes such a row.",
        lambda case, ours: any(_BOX in each and each.count("{") > each.count("}") for each in _targets(case)),
    ),
    Definition(
        "a sentence in a box", "A text here, not its last number; people read it for theirs.",
        lambda case, ours: case.suite == "MathArena" and case.reply.count(r"\text{") > 1 and case.reply.endswith(".}"),
    ),
    Definition(
        "code for an answer", "Their parser refuses the whole reply; ours takes the number at its end, runs nothing.",
        lambda case, ours: "security" in case.place and _refused(case, ours),
    ),
)  # fmt: skip

OTHERS = (
    Definition(
        "where the number stands", "There the first, the last or any is right, or one alone; ours reads the answer.",
        _other_place,
    ),
    Definition(
        "any number in a text that ends with none", "With a target that is not the last number, any is searched for.",
        lambda case, ours: case.settings.get("location") == "end" and "%" in case.reply and _accepted(case, ours),
    ),
    Definition(
        "words behind the answer", "answer('word') wants the word alone; a stated answer may be explained here.",
        lambda case, ours: case.settings.get("answer") == "word" and _refused(case, ours),
    ),
    Definition(
        "capitals only", "Their pattern of an answer's line knows capital letters; small ones are read here.",
        lambda case, ours: (
            case.scorer == "choice" and _refused(case, ours)
            and bool(re.search(rf"\b{str(case.target).lower()}\W*$", case.reply))
        ),
    ),
    Definition(
        "no option is right", "A target of no option is refused here when the data is read.",
        lambda case, ours: case.scorer == "choice" and not case.target,
    ),
    Definition(
        "an empty answer", "SQuAD's questions without an answer; a target without words is refused here.",
        lambda case, ours: case.scorer in {"spans", "exact span"} and case.target in ([[""]], [[]]),
    ),
    Definition(
        "words that do not count", "A list of the user's own; no benchmark's metric has one.",
        lambda case, ours: bool(case.settings.get("stop_words")),
    ),
    Definition(
        "another F1", "F1 of words with repeats and articles, or of SQuAD; ours is DROP's.",
        lambda case, ours: case.scorer == "spans" and case.settings.get("metric") in {"f1_score", "squad"},
    ),
    Definition(
        "SQuAD's normal form", "It drops every full stop, so 78.02 is 7802; ours keeps numbers.",
        lambda case, ours: case.scorer == "same span" and case.settings.get("metric") == "squad",
    ),
    Definition(
        "a list of predictions", "Their prediction may be a list; a reply is a text, one span where one is wanted.",
        lambda case, ours: case.scorer == "spans" and case.settings.get("spans", 1) > 1 and ours[1] >= case.expected[1],
    ),
    Definition(
        "the stated answer", "They compare the whole reply; ours the answer that it states.",
        lambda case, ours: case.reply.startswith("The answer is ") and _STATED.get(case.scorer) == ours,
    ),
    Definition(
        "the last line", "Of a reply that states no answer they take the last line; ours the reply.",
        lambda case, ours: case.scorer == "text" and ours == case.reply and ours.endswith(f"\n{case.expected}"),
    ),
    Definition(
        "of two definitions the last", "As in Python; their sanitiser keeps the first of a name.",
        lambda case, ours: case.scorer == "program" and _defined_twice(case.reply),
    ),
    Definition(
        "a letter and a colon", "A: is the label of an option here, and of an answer there.",
        lambda case, ours: case.scorer == "text" and case.reply.startswith("A:"),
    ),
    Definition(
        "tags within a line", "A thought stands on lines of its own here; a tag within a sentence is text.",
        lambda case, ours: case.scorer == "without reasoning" and bool(re.match(r"\w+<", case.reply)),
    ),
    Definition(
        "a closing tag of nothing", "A closing tag more than there are thoughts is their text; it ends a thought here.",
        lambda case, ours: case.scorer == "without reasoning" and case.expected.startswith("</think>"),
    ),
    Definition(
        "a letter drawn at random", "For a sign in the place of a letter the official program counts a random letter.",
        lambda case, ours: case.scorer == "instructions" and any(map(_no_letter, case.target)),
    ),
    Definition(
        "a magnitude is a label", "They drop 千, 百万, 億 and 兆 as units of both numbers; ours multiplies by them.",
        lambda case, ours: case.scorer == "number said" and bool(_MAGNITUDE.search(case.reply)),
    ),
    Definition(
        "a full stop behind the answer", "Theirs compares every character; ours leaves the stop of a sentence out.",
        lambda case, ours: case.scorer == "exact" and case.reply == f"{case.target}.",
    ),
    Definition(
        "a metric that is always 0", "Their metric finds no letter in a reply that is one; their test expects that.",
        lambda case, ours: case.settings.get("metric") == "pass_at_k_letters" and _refused(case, ours),
    ),
)  # fmt: skip


def _defined_twice(text: str) -> bool:
    names = re.findall(r"^(?:def|class) (\w+)", text, re.MULTILINE)
    return len(set(names)) < len(names)


def _no_letter(instruction: tuple[str, Mapping[str, Any]]) -> bool:
    name, arguments = instruction
    return name == "keywords:letter_frequency" and not str(arguments["letter"]).isalpha()


def explains(case: Case, ours: Any) -> Definition | None:
    """Return the first rule that explains why ours differs; None where it is a fault."""
    rules = MATHEMATICS if case.scorer == "math" else OTHERS
    return next((each for each in rules if each.applies(case, ours)), None)
