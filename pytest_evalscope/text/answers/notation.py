r"""The normal form of a formula: tokens that are the same in TeX, in Unicode, in plain text and in Python.

`x²`, `x**2` and `x^2` are one row of tokens, and so are `3√13` and `3\sqrt13`, `2π` and `2\pi`. Nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.units import is_unit
from pytest_evalscope.text.patterns import pattern

Kind = Literal["number", "name", "command", "word", "sign"]


class Token(NamedTuple):
    r"""One sign of a formula; `spaced` if white space is before it."""

    kind: Kind
    """`name`: a letter or a constant; `command`: a function or a structure (`frac`, `sin`); `word`: a word of prose."""
    text: str
    spaced: bool = False


_FUNCTIONS = """
sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh coth arcsinh arccosh arctanh ln log lg exp
max min gcd lcm
"""
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", f"{_GREEK} omega {_CAPITALS}".split(), strict=True))
FUNCTIONS = frozenset(_FUNCTIONS.split())
GREEK = frozenset((*_LETTERS.values(), "varepsilon", "vartheta", "varphi"))
_STRUCTURES = frozenset(("frac", "sqrt", "binom"))
_ALIASES = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "dbinom": "binom", "tbinom": "binom", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "ctg": "cot",
    "atanh": "arctanh", "tg": "tan", "arctg": "arctan", "cosec": "csc", "abs": "abs", "infty": "∞", "infinity": "∞",
    "inf": "∞", "oo": "∞", "hbar": "ħ", "ell": "ℓ", "emptyset": "∅", "varnothing": "∅",
}  # fmt: skip
_SIGNS = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "lt": "<",
    "gt": ">", "in": "∈", "pm": "±", "mp": "∓", "times": "*", "cdot": "*", "ast": "*", "div": "/", "colon": "/",
    "cup": "∪", "cap": "∩", "setminus": "∖", "lbrace": "\\{", "rbrace": "\\}", "lvert": "|", "rvert": "|", "vert": "|",
    "mid": "|", "langle": "(", "rangle": ")", "lparen": "(", "rparen": ")", "lbrack": "[", "rbrack": "]",
    "prime": "'", "approx": "≈", "simeq": "≈", "sim": "≈", "equiv": "≡", "lor": ",", "vee": ",", "bmod": "mod",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "\\&": ",", "&": "&", "\\%": "%", "%": "%", ";": ",",
    "、": ",", "，": ",", "；": ",", "·": "*", "÷": "/", ":": "/", "<=": "≤", ">=": "≥", "!=": "≠", "+-": "±",
    "+/-": "±", "**": "^", "==": "=",
}  # fmt: skip
_SYMBOLS = frozenset("∞∅ħℓ")
_TEX = {
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "∈": r"\in ", "±": r"\pm ", "∓": r"\mp ", "*": r"\cdot ", "∪": r"\cup ",
    "∩": r"\cap ", "∖": r"\setminus ", "≈": r"\approx ", "≡": r"\equiv ", "mod": r"\bmod ", "⌊": r"\lfloor ",
    "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "∞": r"\infty ", "%": r"\%", "∅": r"\emptyset ",
    "ħ": r"\hbar ", "ℓ": r"\ell ", "&": "& ", "\\\\": "\\\\ ",
}  # fmt: skip
_UNITS = """
mm cm km kg mg lb lbs oz ft yd mi hr hrs min mins sec secs mph kmh mL ml kW kJ kHz Hz MHz GHz eV keV MeV GeV nm deg rad
USD Pa kPa mol
"""
_UNITS_ALONE = pattern(
    r"[a-zA-Z](?:[a-zA-Z0-9/^{}.\s*-]|\\[,;: ]|\\cdot ?)*[/^](?:[a-zA-Z0-9/^{}.\s*-]|\\[,;: ]|\\cdot ?)*"
)
_LETTER_RUN = pattern(r"(?<!\\)\b[a-zA-Z]+")
_UNIT_PIECE = pattern(r"[a-zA-Z]+|[0-9]+|[/^*{}-]")
_LETTER_UNITS = frozenset("msghNJWVKL")
_SHORT_UNITS = frozenset(_UNITS.split())
MONEY = frozenset("$€£¥₹")
JOINS = frozenset(
    word for language in LANGUAGES for word in (*language.joins, *language.alternatives) if word not in {"plus", "、"}
)
"""Words between the parts of a list, in all languages: "and", "as well as", "oder"."""
_SHORT_JOINS = frozenset(word for word in JOINS if word.isascii() and len(word) <= 3) - {"and", "or", "und"}
"""Joins that may be a product of variables, so that they need numbers around them: "y", "dan"."""
_SIGN_WORDS = JOINS | {"percent", "\\%", "%"}

_SCRIPTS = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))}
_LOWER = {**dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙ", "0123456789+-()n", strict=True))}
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_UNICODE = str.maketrans(
    {
        **{mark: rf"\frac{{{above}}}{{{below}}}" for mark, (above, below) in _VULGAR.items()},
        **{letter: rf"\{name} " for letter, name in _LETTERS.items()},
        **dict.fromkeys("−–—‒﹣－", "-"), **dict.fromkeys("×✕∗⋅∙•", "*"), "√": r"\sqrt ", "∛": r"\sqrt[3]", "≦": "≤",
        "≧": "≥", "ϕ": r"\phi ", "ϵ": r"\epsilon ", "µ": r"\mu ", "∕": "/", "⁄": "/", "°": r"^\circ ", "º": r"^\circ ",
        "′": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "％": "%", "𝜋": r"\pi ", "…": r"\ldots ",
        **{letter: rf"\mathbb{{{plain}}}" for letter, plain in zip("ℝℤℕℚℂ", "RZNQC", strict=True)},
        "⟨": "(", "⟩": ")", "｜": "|", "∣": "|", "⇒": "", "ⅇ": "e", "𝑒": "e",
    }
)  # fmt: skip
_RUNS = pattern(f"[{''.join(_SCRIPTS)}]+|[{''.join(_LOWER)}]+")
_ROUGHLY = (
    r"(?:\s|\\q?quad(?![a-z])|\\[,;]){0,8}(?:\\text\s?\{\s?)?\((?:\\text\s?\{)?\s?"
    r"(?:approximately|approx\.?|about|\\approx|≈)\s?\}?\s?-?[0-9]{1,12}(?:\.[0-9]{1,40})?\s?(?:\\text\s?\{\s?)?\)\}?\s{0,4}\Z"
)
"""A decimal in brackets behind an exact value: "(approximately 4.148)"."""
_LAID_OUT = pattern(r"\\begin\{matrix\}((?:(?!\\begin)[^&])*?)\\end\{matrix\}")
_LONE = frozenset(("+", "-", "=", ",", "/", "(", ")", r"\times", r"\cdot", r"\left(", r"\right)"))
_UNIT = r"\s*\{((?:\s|~|\\[,;: ]|\\(?:text|mathrm|rm)\s*\{[^{}]{1,20}\}(?:\s*\^\s*\{?[0-9]\}?)?){1,8})\}"
_APART = r"(?<=[0-9}])(?:\s*\\[,;: ]|~)+\s*"
"""White space that TeX has between a number and its unit, not between the factors of a product."""


def _quotient_of_units(found: re.Match[str]) -> str:
    above, below = (re.sub(r"\\[a-z]+|[\s~{}]|\\[,;: ]", "", found[at]) for at in (2, 3))
    return rf"\text{{{above}/{below}}}"


_RESPELT: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        pattern(rf"(?<=[0-9}}])(?:\s|~|\\[,;: ])*\\[dt]?frac(?={_UNIT}){_UNIT}{_UNIT}"),
        _quotient_of_units,
    ),
    (pattern(r"\\mu\s*\\(?:text|mathrm|rm)\s*\{\s*([a-zA-Z]{1,3})\s*\}"), r"\\text{μ\1}"),
    (pattern(r"\\(?:text|mathrm|rm)\s*\{\s*\$?\\mu\s*\$?\s*([a-zA-Z]{1,3})\s*\}"), r"\\text{μ\1}"),
    (pattern(r"\\(?:text|mathrm|rm)\s*\{\s*([kMm]?)\s*\$?\\Omega\s*\$?\}"), r"\\text{\1ohm}"),
    (pattern(rf"{_APART}\\Omega\s*$"), r"\\text{ohm}"),
    (pattern(r"\\AA(?![a-zA-Z])|\\text\s*\{\s*Å\s*\}"), r"\\text{angstrom}"),
    (pattern(rf"{_APART}([MLR])_\s*\{{?\s*\\odot\s*\}}?"), r"\\text{\1⊙ }"),
    (pattern(rf"{_APART}\\mathrm\s*\{{\s*([A-Z])\s*\}}"), r"\\text{\1}"),
    (pattern(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-zA-Z]))|\\degree(?![a-zA-Z])"), r" \\text{degrees}"),
    (pattern(r"\\\\(?=[a-zA-Z]{2})"), r"\\"),  # written within JSON
    (pattern(r"\\+\s{0,4}\Z"), ""),
    (pattern(r"\A\s{0,4}[A-Za-z]+(?:\\ [A-Za-z]+)*\\ (?:is|are|equals)\\ "), ""),  # The\ area\ is\ 5
    (pattern(r"(?<=[\w)}])[ \t]{0,8}\n[ \t]{0,8}\n\s{0,8}(?=[-\w({\\√])"), ", "),  # values in paragraphs
    (pattern(r"\bpercentage(?!\s{0,4}points?\b)"), "percent"),
    (pattern(_ROUGHLY), ""),
    (pattern(r"(?<![\w.\\])(?:np|numpy|math|sympy)\.log(?=\()"), r"\\ln"),
    (pattern(r"(?<![\w.\\])(?:np|numpy|math|sympy|sp|cmath)\.(?=[a-z])"), ""),
    (pattern(rf"(?<![\w\\])(?:{'|'.join(word for word in JOINS if ' ' in word)})(?!\w)"), ","),
    (pattern(rf"(?<=[0-9}}]) (?:{'|'.join(_SHORT_JOINS)}) (?=[-0-9\\])"), ","),
    (pattern(r"(?<=[)\]])\s*(?:U|union)\s*(?=[(\[])"), "∪"),
    (pattern(r"(?<=[a-zA-Z])\s+in\s+(?=[(\[{\\])"), "∈"),
)
"""Signs of several characters and what they are read as."""
_AS_PYTHON = pattern(
    r"(?<![\w\\])(?:np|math)\.[a-z]|\*|[0-9]\.?e[-+]?[0-9]|[0-9]\.(?![0-9])|(?<![\\a-z])(?:sqrt|pi)(?![a-z])"
)
_OPTION = pattern(r"\(?([A-Za-z])\)?\.?")

_SPACE = (
    r"(?:\s|~|\$|\\[,;:!> ]|\\q?quad(?![a-zA-Z])|\{\s*\}"
    r"|\\(?:left|right|middle|[bB]igg?[lrm]?|display(?:style|limits)|textstyle|limits|rm|bf|it|strut|nobreakspace"
    r"|hspace\*?\{[^{}]{0,12}\}|phantom\{[^{}]{0,12}\})(?![a-zA-Z])(?:\.(?![0-9]))?)"
)
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,4}(?![\w.]))?"
_THREES = r"[0-9]{1,3}(?:(?:%s)[0-9]{3})+(?!,?[0-9])"
_COMMAS = _THREES % r",(?:\\!\s*)?|\s?\{\s?,\s?\}\s*|\\,|\\!"
_BLANKS = _THREES % r"[ ~]" + r"(?!\s*/|[ ~][0-9])"
_DECIMALS = r"(?:\.[0-9]*)?"
_PERIOD = r"[0-9]*\.[0-9]*(?:\\(?:overline|bar|dot)\s*(?:\{[0-9]{1,30}\}|[0-9])|\([0-9]{1,30}\))"
_PLAIN = rf"[0-9]+\{{,\}}[0-9]+|(?:[0-9]+{_DECIMALS}|\.[0-9]+){_EXPONENT}"
_WRAP = r"text(?:[a-z]{2}|normal)?|math(?:[a-z]{2}|cal|frak|scr)|mbox|hbox|operatorname\*?|boldsymbol|emph"


def _pattern(commas: str) -> re.Pattern[str]:
    grouped = rf"(?<![0-9.,]){commas}{_DECIMALS}|" if commas else ""
    return re.compile(
        rf"(?P<space>{_SPACE}+)|(?P<number>{_PERIOD}|{grouped}(?<![0-9.]){_BLANKS}{_DECIMALS}|{_PLAIN})"
        rf"|(?P<wrapped>\\(?:{_WRAP})\s*\{{(?P<content>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}})|\\(?P<command>(?:begin|end)\s*\{{[a-zA-Z]+\*?\}}|[a-zA-Z]+)|(?P<run>[^\W\d_]+)"
        r"|(?P<sign>\\[{}|%&$\\]|\*\*|\+/?-|<=|>=|!=|==|.)",
        re.DOTALL,
    )


_GROUPED, _DIVIDED = _pattern(_COMMAS), _pattern("")
_NAMED = sorted(FUNCTIONS | _STRUCTURES | {"pi", "theta", "asin", "acos", "atan"}, key=len, reverse=True)
_NAMES = pattern("|".join(_NAMED))


def tokens(text: str, *, grouped: bool = True) -> list[Token]:
    """Return the tokens of a formula; without `grouped`, a comma between digits divides two numbers."""
    if not text.isascii():
        text = _RUNS.sub(_script, text).translate(_UNICODE)
    if "\\begin{matrix}" in text:
        text = _LAID_OUT.sub(_in_one_row, text)
    for written, plain in _RESPELT:
        text = written.sub(plain, text)
    return list(_tokens(text, _GROUPED if grouped else _DIVIDED))


def _in_one_row(matrix: re.Match[str]) -> str:
    """Return a formula that is written one sign to a row in one row; a matrix, whose rows are formulas, as it is."""
    rows = [row.strip() for row in matrix[1].split("\\\\")]
    cut = any(row in _LONE or row.count("{") != row.count("}") for row in rows)
    return " ".join(rows) if cut else matrix[0]


def _script(run: re.Match[str]) -> str:
    upper = run[0][0] in _SCRIPTS
    return f"{'^' if upper else '_'}{{{''.join((_SCRIPTS if upper else _LOWER)[mark] for mark in run[0])}}}"


def _tokens(text: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    spaced = False
    for found in pattern.finditer(text):
        kind, written = str(found.lastgroup), found[0]
        if kind == "space":
            spaced = True
            continue
        if kind == "number":
            made = [Token("number", _digits(written), spaced)]
        elif kind == "wrapped":
            made = list(_wrapped(found["content"], written, pattern))
        elif kind == "command":
            made = [_command(found["command"])]
        elif kind == "run":
            made = list(_run(written))
        else:
            made = [_sign(written)]
        if made:
            yield made[0]._replace(spaced=spaced)
            yield from made[1:]
        spaced = False


def _sign(written: str) -> Token:
    written = written.removeprefix("\\") if written == "\\$" else _SIGNS.get(written, written)
    return Token("word" if written in MONEY else "name" if written in _SYMBOLS else "sign", written)


def _digits(written: str) -> str:
    """Return a number without what groups its digits; a period stays in brackets, an exponent behind "e"."""
    for mark in (r"\overline", r"\bar", r"\dot"):
        if mark in written:
            before, _, period = written.partition(mark)
            return f"{before}({period.strip(' {}')})"
    if "{,}" in written and len(written.partition("{,}")[2]) != 3 and "{,}" not in written.partition("{,}")[2]:
        written = written.replace("{,}", ".")  # a decimal comma
    digits = re.sub(r"\\[,!]|[\s,{}~]", "", written).replace("E", "e")
    return digits[:-1] if digits.endswith(".") else digits.replace(".e", "e")


def _wrapped(content: str, written: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    words = " ".join(content.replace("~", " ").strip(" ,;:.").split())
    if (words.lower() in JOINS and (content[:1].isspace() or len(words) > 1)) or words == "&":
        yield Token("sign", ",")
    elif not words:
        yield from [Token("sign", ",")] if "," in content or ";" in content else []
    elif words in _ALIASES or words in FUNCTIONS or words in _STRUCTURES:
        yield _command(words)
    elif _UNITS_ALONE.fullmatch(words) and all(map(is_unit, _LETTER_RUN.findall(words))):
        for piece in _UNIT_PIECE.findall(words):
            yield Token("word" if piece.isalpha() else "number" if piece.isdecimal() else "sign", piece)
    elif not any(map(str.isalpha, words)) or any(map(str.isdigit, words)) or "\\" in words:
        yield from _tokens(words, pattern)
    elif written.startswith("\\text") and (option := _OPTION.fullmatch(words)):
        yield Token("word", option[1])
    elif len(words) == 1 and not (written.startswith("\\mathrm") and (words in _LETTER_UNITS or content != words)):
        yield Token("name", words)
    else:
        yield from map(_word, words.split())


def _word(word: str) -> Token:
    return Token("sign", "," if word in JOINS else "%") if word in _SIGN_WORDS else Token("word", word)


def _command(name: str) -> Token:
    name = _ALIASES.get(name, name)
    if name.endswith("}"):
        return Token("command", " ".join(name.rstrip("*}").split("{")))
    if name in _SIGNS:
        return Token("sign", _SIGNS[name])
    return Token("name" if name in GREEK or not name.isascii() else "command", name)


def _run(letters: str) -> Iterator[Token]:
    """Yield the tokens of letters that no command contains: a function, a product of variables, or a word."""
    lower = letters.lower()
    if lower in JOINS and lower not in _SHORT_JOINS:
        yield Token("sign", ",")
    elif lower in {"percent", "pct"}:
        yield Token("sign", "%")
    elif letters in FUNCTIONS or letters in _STRUCTURES or letters in _ALIASES or letters in GREEK:
        yield _command(letters)
    elif letters in _SHORT_UNITS or not letters.isascii():
        yield Token("word", letters)
    elif len(letters) > 1 and (named := _NAMES.search(letters)) and len(letters) - len(named[0]) <= 2:
        yield from (Token("name", letter) for letter in letters[: named.start()])
        yield _command(named[0])
        yield from (Token("name", letter) for letter in letters[named.end() :])
    elif len(letters) > 3:
        yield Token("word", letters)
    else:
        yield from (Token("name", letter) for letter in letters)


def without_python(formula: str) -> str:
    """Return a formula in TeX if it is written as in Python (`4.5e33`, `np.arcsin(10/13)`), else as it is."""
    return tex(tokens(formula)) if _AS_PYTHON.search(formula) else formula


def tex(row: Sequence[Token]) -> str:
    """Return the tokens as TeX: the arguments of fractions, roots and powers in braces."""
    left, made = list(row), ""
    place = 0
    while place < len(left):
        part, place = _part(left, place)
        made += f" {part}" if made[-1:].isdigit() and part[:1].isdigit() else part
    return made.strip()


def _part(row: list[Token], place: int) -> tuple[str, int]:
    """Return the token at `place` as TeX, with its arguments, and the place behind them."""
    name, made = row[place].text, _spelled(row[place])
    place += 1
    if name == "sqrt" and place < len(row) and row[place].text == "[":
        end = next((at for at in range(place, len(row)) if row[at].text == "]"), place)
        made += tex(row[place : end + 1])
        place = end + 1
    for _ in range(_ARGUMENTS.get(name, 0)):
        if place == len(row):
            break
        first = row[place]
        if name in {"frac", "binom"} and first.kind == "number":  # \frac12
            row[place : place + 1] = [Token("number", digit) for digit in first.text]
        if first.kind == "command":
            argument, place = _part(row, place)
        else:
            end = _end_of_argument(row, place)
            bracketed = first.text in {"(", "{"} and row[end - 1].text in {")", "}"}
            argument, place = tex(row[place + bracketed : end - bracketed]), end
        made += f"{{{argument.strip()}}}"
    return made, place


_ARGUMENTS = {"frac": 2, "binom": 2, "sqrt": 1, "^": 1}


def _end_of_argument(row: Sequence[Token], place: int) -> int:
    """Return the place behind an argument: a token, one with a sign before it, or a group in brackets."""
    if place < len(row) and row[place].text in {"-", "+"}:
        place += 1
    depth = 0
    for at in range(place, len(row)):
        depth += (row[at].text in {"(", "{"}) - (row[at].text in {")", "}"})
        if depth <= 0:
            return at + 1
    return len(row)


def _spelled(token: Token) -> str:
    kind, text, _ = token
    if kind == "word":
        return rf"\text{{ {text}}}"
    if " " in text:
        return "\\{}{{{}}}".format(*text.split(" "))  # \begin{pmatrix}
    if kind == "command" or (kind == "name" and text in GREEK):
        return rf"\{text} "
    if kind == "number" and ("(" in text or "e" in text):
        mantissa, _, power = text.partition("e")
        mantissa = mantissa.replace("(", r"\overline{").replace(")", "}")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa
    return _TEX.get(text, text)
