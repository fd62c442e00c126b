r"""How often `math()` reads a right answer in other clothes as right, and a different answer as wrong.

    python bench/renderings.py --data-dir DIR [--pairs N] [--show N]

The answers of MATH-500 are written in ten renderings each (another command for fractions, spaces, `\left` and `\right`,
delimiters, text commands, plain text, Unicode, decimals, another order, without what may be left out), then pairs of
different answers are compared, one of each in a random rendering. Prints both tables and exits with 1 if more than 3
renderings are wrong or a pair is right. Pairs that sympy finds equal in truth, units aside, are left out and printed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from tabulate import tabulate

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.scorers import math
from pytest_evalscope.types import Completion, Context, Sample, Score

NOTHING = Context(model=None, judges=(), sandbox=None)  # type: ignore[arg-type]  # the scorer calls no model
MOST_WRONG = 3

Render = Callable[[str], str]


def answers(folder: Path) -> list[str]:
    """Return the answers of all 500 problems."""
    benchmark = load("math_500")
    source = Source(data_dir=folder, offline=True)
    rows = [row for subset in benchmark.data.subsets for row in benchmark.data.read(subset, source=source)]
    return [benchmark.sample(row).target for row in rows]


# Renderings -----------------------------------------------------------------------------------------------------

_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_FRACTION = re.compile(rf"\\[dt]?frac\s*(?:{_GROUP}|([0-9]))\s*(?:{_GROUP}|([0-9]))")
_TEXT = re.compile(r"\\(?:text|mbox|mathrm)\{([^{}]*)\}")
_MATRIX = re.compile(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}")
_BRACKETS = re.compile(r"\\(?:left|right)\s*")


def _fractions(write: Callable[[str, str], str]) -> Render:
    def rendered(answer: str) -> str:
        return _FRACTION.sub(lambda f: write(f[1] or f[2], f[3] or f[4]), answer)

    return rendered


def spaced(answer: str) -> str:
    """Return the answer with more space, or none where it has some."""
    if re.search(r"[^,] ", _TEXT.sub("", answer)):
        return re.sub(r"(?<=[^a-zA-Z,0-9]) +(?=[^a-zA-Z0-9])|(?<=[0-9]) +(?=[-+=])|(?<=[-+=]) +", "", answer)
    return re.sub(r"(?<=[0-9a-z)}])([-+=])", r" \1 ", answer)


def sized(answer: str) -> str:
    """Return the answer with brackets that grow with their content, or without if it has them."""
    if "\\left" in answer:
        return _BRACKETS.sub("", answer)
    if re.search(r"\\[{}]", answer):
        return answer.replace("\\{", "\\left\\{").replace("\\}", "\\right\\}")
    return re.sub(r"([\])])", r"\\right\1", re.sub(r"([\[(])", r"\\left\1", answer))


def worded(answer: str) -> str:
    """Return the answer with its words in another command."""
    return _TEXT.sub(lambda text: rf"\textbf{{{text[1]}}}", answer).replace("^\\circ", "\\text{ degrees}")


def slashed(answer: str) -> str:
    """Return the answer with its fractions as quotients in one line."""
    made = re.sub(r"([0-9])\\frac", r"\1 \\frac", answer)
    return _FRACTION.sub(lambda f: f"{_bracketed(f[1] or f[2])}/{_bracketed(f[3] or f[4])}", made)


def plain(answer: str) -> str:
    """Return the answer as somebody writes it who knows no TeX."""
    made = _MATRIX.sub(_rows, _BRACKETS.sub("", answer))
    made = slashed(slashed(made)).replace("\\pm", "+/-")
    made = re.sub(rf"\\sqrt(?:{_GROUP}|([0-9]))", lambda root: f"sqrt({root[1] or root[2]})", made)
    made = re.sub(r"(?<=[0-9a-z)])\s*(sqrt|\\pi)", r"*\1", made)
    made = re.sub(r",\\!\s*", ",", _TEXT.sub(r"\1", made)).replace("\\$", "$").replace("^\\circ", " degrees")
    made = re.sub(r"\^\{([^{}]*)\}|\^([0-9a-z])", lambda power: f"**{power[1] or power[2]}", made)
    made = re.sub(r"_\{([^{}]*)\}", r"_\1", made)
    for command, word in (("infty", "infinity"), ("cup", "U"), ("in", "in")):
        made = re.sub(rf"\\{command}(?![a-z])", word, made)
    return re.sub(r"\\([a-z]+)", r"\1", made).replace("\\{", "{").replace("\\}", "}")


def _bracketed(part: str) -> str:
    return part if re.fullmatch(r"[0-9]+|[a-z]|\\pi|\\sqrt\{?[0-9]+\}?", part) else f"({part})"


def _rows(matrix: re.Match[str]) -> str:
    rows = [[cell.strip() for cell in row.split("&")] for row in matrix[1].split("\\\\")]
    if all(len(row) == 1 for row in rows):
        return f"({', '.join(row[0] for row in rows)})"
    lines = ", ".join("[" + ", ".join(row) + "]" for row in rows)
    return f"[{lines}]"


_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_unicode(answer: str) -> str:
    """Return the answer with the signs of Unicode in place of commands."""
    made = plain(answer).replace("infinity", "∞").replace(" U ", " ∪ ").replace(" in ", " ∈ ").replace("+/-", "±")
    made = re.sub(r"\*?sqrt\(([0-9]+)\)", r"√\1", re.sub(r"\*?pi", "π", made)).replace(" degrees", "°")
    made = re.sub(r"\*\*([0-9]+)", lambda power: power[1].translate(_POWERS), made)
    made = re.sub(r"_([0-9]+)", lambda base: base[1].translate(_DIGITS), made)
    return made.replace("-", "−").replace("*", "·")


def decimal(answer: str) -> str:
    """Return the answer with its fractions as decimals, where these are exact."""

    def written(fraction: re.Match[str]) -> str:
        above, below = fraction[1] or fraction[2], fraction[3] or fraction[4]
        if not (above.isdecimal() and below.isdecimal()):
            return fraction[0]
        value = Fraction(int(above), int(below))
        places = next((n for n in range(9) if (value * 10**n).denominator == 1), None)
        return fraction[0] if places is None else f"{int(value * 10**places) / 10**places:.{places}f}"

    if mixed := re.fullmatch(rf"([0-9]+) ?({_FRACTION.pattern})", answer):
        part = _FRACTION.fullmatch(mixed[2])
        decimals = written(part) if part else ""
        return f"{mixed[1]}{decimals[1:]}" if decimals.startswith("0.") else answer
    return _FRACTION.sub(written, answer)


def reordered(answer: str) -> str:
    """Return a list from its end, or a sum with its last term first."""
    if re.fullmatch(r"[^()\[\]{}]*,[^()\[\]{}]*", answer) and not re.search(r",(?:\\!\s*)?\s?[0-9]{3}", answer):
        return ", ".join(part.strip() for part in reversed(answer.split(",")))
    if equation := re.fullmatch(r"(\w) ?= ?(.*)", answer):
        return f"{reordered(equation[2])} = {equation[1]}"
    if union := re.fullmatch(r"(.*) \\cup (.*)", answer):
        return rf"{union[2]} \cup {union[1]}"
    terms = re.findall(r"[-+]?[^-+]+", answer) if not re.search(r"[({\[,=]|\\pm", answer) else []
    if len(terms) < 2:
        return answer
    last, *rest = terms[-1].strip(), *(term.strip() for term in terms[:-1])
    first = rest[0] if rest[0][0] in "-+" else f"+ {rest[0]}"
    return " ".join([last.removeprefix("+").strip(), first, *rest[1:]])


def bare(answer: str) -> str:
    """Return the answer without what may be left out: degrees, dollars, units, commas between digits, `x =`."""
    made = answer.replace("^\\circ", "").replace("\\$", "")
    made = re.sub(r"(?<=[0-9}])\s*\\(?:text|mbox)\{[^{}]*\}(\^2)?", "", made)
    if "(" not in made:
        made = re.sub(r"(?<=[0-9]),(?:\\!\s*)?(?=[0-9]{3}(?![0-9]))", "", made)
    return re.sub(r"^\w ?(?:=|\\in) ?|^\\text\{\((\w)\)\}$", lambda found: found[1] or "", made)


RENDERINGS: dict[str, tuple[Render, str]] = {
    r"\dfrac": (_fractions(lambda above, below: rf"\dfrac{{{above}}}{{{below}}}"), r"So it is $\boxed{@}$."),
    "a/b": (slashed, r"\boxed{@}"),
    "spaces": (spaced, r"Therefore \[ \boxed{ @ } \]"),
    r"\left, \right": (sized, r"The answer is $@$."),
    "text commands": (worded, r"**Answer:** \(@\)"),
    "plain text": (plain, "The final answer is @."),
    "Unicode": (in_unicode, "ANSWER: @"),
    "decimals": (decimal, r"We get $$\boxed{@}$$"),
    "another order": (reordered, r"\boxed{@}"),
    "left out": (bare, r"Final Answer: The final answer is $@$. I hope it is correct."),
}


# Scoring --------------------------------------------------------------------------------------------------------


def scored_right(target: str, text: str) -> bool:
    """Return whether `math()` takes the completion for right."""
    made = math()(Sample(input="q", target=target), Completion(text=text), NOTHING)

    async def awaited() -> Score:
        return made if isinstance(made, Score) else await made

    return asyncio.run(awaited()).values["accuracy"] == 1


def rendered(name: str, answer: str) -> str:
    """Return a completion that gives the answer in a rendering."""
    render, frame = RENDERINGS[name]
    return frame.replace("@", render(answer))


def equal_in_truth(one: str, other: str) -> bool:
    """Return whether sympy finds two answers equal, degrees, money, units and a variable's name aside."""
    from latex2sympy2_extended import latex2sympy
    from sympy import simplify

    made = [bare(answer).replace("\\!", "") for answer in (one, other)]
    if re.sub(r"\s", "", made[0]) == re.sub(r"\s", "", made[1]):
        return True
    try:
        first, second = map(latex2sympy, made)
        return bool(first == second or simplify(first - second) == 0)
    except Exception:  # noqa: BLE001 - what sympy does not know it does not find equal
        return False


def main() -> int:
    """Write, score, print and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data-dir", type=Path, required=True, help="a mirror: <hub id>/<config>/<split>.jsonl")
    parser.add_argument("--pairs", type=int, default=8000)
    parser.add_argument("--show", type=int, default=20, help="so many wrong ones are printed")
    options = parser.parse_args()
    targets = answers(options.data_dir)
    wrong = of_renderings(targets)
    for name, target, text in wrong[: options.show]:
        print(f"{name}: {text!r} for {target!r}")
    false = of_pairs(sorted(set(targets)), options.pairs)
    print(f"marked right: {len(false)} {false[: options.show]}")
    return int(len(wrong) > MOST_WRONG or bool(false))


def of_renderings(targets: list[str]) -> list[tuple[str, str, str]]:
    """Print how many answers are wrong in each rendering; return these: the rendering, the answer, the completion."""
    wrong: list[tuple[str, str, str]] = []
    counts: list[tuple[int, int, int]] = []
    for name, (render, _) in RENDERINGS.items():
        missed = [target for target in targets if not scored_right(target, rendered(name, target))]
        wrong += [(name, target, rendered(name, target)) for target in missed]
        counts.append((len(targets), sum(render(target) != target for target in targets), len(missed)))
    sums = map(sum, zip(*counts, strict=True))
    lines = [(name, *line) for name, line in zip((*RENDERINGS, "all"), (*counts, sums), strict=True)]
    print(tabulate(lines, headers=["rendering", "answers", "of these changed", "wrong"]))
    return wrong


def of_pairs(distinct: list[str], number: int) -> list[tuple[str, str]]:
    """Compare pairs of different answers; return those that are taken for equal and are not, print how many are."""
    chance = random.Random(13)
    taken = []
    for _ in range(number):
        one, other = chance.sample(distinct, 2)
        if scored_right(one, rendered(chance.choice([*RENDERINGS]), other)):
            taken.append((one, other))
    equal = sorted({pair for pair in taken if equal_in_truth(*pair)})
    print(f"\n{number} pairs of different answers, {len(equal)} of them equal in truth: {equal}")
    return [pair for pair in taken if pair not in equal]


if __name__ == "__main__":
    sys.exit(main())
