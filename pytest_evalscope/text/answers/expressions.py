r"""Extraction of the mathematical expression that a completion gives as its answer, and its plain form."""

from __future__ import annotations

import re
from fractions import Fraction

from pytest_evalscope.text.answers.boxes import boxed, is_joint
from pytest_evalscope.text.answers.clean import clean, without_open_box
from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.notation import FUNCTIONS, GREEK, JOINS
from pytest_evalscope.text.answers.numbers import corrected, extract_number
from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find
from pytest_evalscope.text.answers.rejection import rejected, untold
from pytest_evalscope.text.answers.units import is_unit
from pytest_evalscope.text.patterns import pattern

_LONGEST = 1000
"""Characters of an answer that are kept; what is longer is no answer that a set of problems has."""
_MOST = 64
"""Formulas that are looked at, the last ones."""
_SHORT = 200
_FEW = 8
"""Conclusions that are looked at."""
_REMARK = 8
"""Words behind a conclusion that are more than a remark: it is none of the whole then."""
_LABELLED = pattern(
    r"\b(?:steps?|parts?|cases?|equations?|figures?|theorem|lemma|sections?|problems?|lines?|methods?) \(?[0-9]+\)?",
    re.IGNORECASE,
)
"""A number that names something."""
_AFTER_THE_END = 16
"""Characters behind a box that give no other answer: "$.", "\\)**"."""
_DELIMITERS = pattern(r"(?<!\\)\$+|\\[()\[\]\"]")
_MATHS = (("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_VALUE = pattern(r"[0-9]|\\[a-z]")
_COMMA_LANGUAGES = frozenset(language.code for language in LANGUAGES if language.decimal_comma)
_COMMA_NUMBER = pattern(
    r"(?P<before>[-+$€]{0,2})(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)"
    r"(?:(?:,|\{,\})(?P<decimals>[0-9]+))?(?P<behind>(?![0-9.,]).{0,40})"
)
_REASON = pattern(r"[,;(]|\s(?:because|since|as|for)\s")
_ASIDE = pattern(r"\s\((?:or|i\.?e|that|which|≈|approx|about|since|because|as)\b", re.IGNORECASE)
_CLAUSE = pattern(r"\n|[.!?](?=\s|\Z)")
_CHECKING = pattern(r"\b(?:check|verif)")
_CONCLUSION = pattern(r"\b(?:therefore|thus|hence|so)\b,?", re.IGNORECASE)
_BOLD = pattern(r"(?<![*\w])\*\*([-−]?[$€£]?[0-9][0-9.,/]*|[^\W\d_]+)(?:[ ][^\W\d_]{1,20}){0,2}[.!]?\*\*(?![*\w:])")
_JOINING = pattern(r"[^\W\d_]|[,;&]")
_NUMERO = pattern(r"no\.\s{0,2}(?=[0-9])", re.IGNORECASE)
_ABSENT = pattern(
    r"(?<![^\W_])(?:(?:does not|doesn['’]t|do not|don['’]t) exist\b|(?:(?:is|are) )?(?:undefined|not defined)\b"
    r"|no (?:real |positive |integer |such )?(?:solutions?|limit)\b|DNE\b|n['’]existe pas|no existe\b"
    r"|existiert nicht|нет решений)"
    r"|不存在|無解|无解|存在しない",
    re.IGNORECASE,
)
"""Words for a value that is not there."""
_PARTS_OF_ABSENT = ("xist", "efined", "olution", "limit", "DNE", "解", "存在", "решений")
_ENDS = pattern(r"[^.\n]{0,60}[.!]?\s*\Z")
_PARTLY = pattern(
    r", as\b|\b(?:other|others|case|second|first|since|because|which|while|but|where|if|at)\b", re.IGNORECASE
)
"""Words before them by which that is no more than a part of the answer."""
_COPULAS = ("是", "为", "為", "は")
_SENTENCE = pattern(r"\n|\.(?=[\s\"'”*_`]|$)|[。]")
_MARKUP = ' \t\r\n*_`"“”$'
_LEADING = ' \t\r\n*_`"“”,;:=。、，；：~'
_TRAILING = ' \t\r\n*_`"“”.,;:?=。、，；：~'
_COMMAND = pattern(
    r"\\(?:begin|end)\{[^{}]{0,20}\}"
    r"|_\{[^{}]{0,40}\}|\\(?:text[a-z]{0,6}|math[a-z]{2,4}|mbox|operatorname\*?)\s{0,2}\{[^{}]{0,200}\}|\\[a-zA-Z]+"
)
_WORD = pattern(r"[^\W\d_⁰-₉²³¹¼½¾]{2,}|[\u0590-\u0fff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_MATHEMATICAL = FUNCTIONS | GREEK | JOINS | {"sqrt", "abs", "inf", "infinity", "oo", "percent", "np", "asin"}
_SMALL = "not and yes none all the am an as at be by do go he if in is it me my no of on so to up us we"
_PROSE = frozenset(_SMALL.split())

_WRAPPED = pattern(r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s{0,2}\{([^{}]{0,200})\}")
_NOTHING = pattern(
    r"\\left(?![a-z])|\\right(?![a-z])|\\displaystyle|\^\{?\\circ\}?|\\degree|\\(?=[$%])|[$%]|\{,\}(?=[0-9]{3})"
    # White space, but not where two numbers would become one.
    r"|\\!\s*|(?<=[0-9])\\,(?=[0-9]{3}(?![0-9]))|(?<![0-9,])(?:\\[,;: ]|[~\s])+"
    r"|(?<=,)(?:\\[,;: ]|[~\s])+(?![0-9]{3}(?![0-9]))"
    r"|(?<=[0-9])(?:\\[,;: ]|[~\s])+(?![0-9\\~\s])|(?<=[0-9])\s+(?=\\[a-zA-Z])",
    re.ASCII,
)
_SHORT_FRACTION = pattern(r"\\frac\s?([0-9])\s?([0-9])")
_NUMBER = pattern(r"([-+]?)(?:([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|(\.[0-9]+))")
_QUOTIENT = pattern(r"([-+]?)(?:\\frac\{([0-9]{1,30})\}\{([0-9]{1,30})\}|([0-9]{1,30})/([0-9]{1,30}))")


def extract_expression(text: str) -> str | None:
    r"""Return the expression that `text` gives as its answer, as it is written; None without one.

    In this order: the last closed box (neighbours, whatever joins them, together: "1, 2"); the last statement
    (`ANSWER:`, `the answer is`); the last formula between `$`, `\(` or `\[`; the whole text if it is one line without
    words or one word; the last number.
    """
    return read_expression(text).answer


def read_expression(text: str, language: str = "") -> Reading:
    """Return the expression that `text` gives as its answer, and how it was found."""
    text = clean(without_open_box(text))
    together, end = boxed(text)
    together = _with_points(together, language, boxed=True)
    if together and len(text) - end < _AFTER_THE_END and not any(map(str.isdigit, text[end:])):
        return Reading(together, "structured, the last box")

    def read(region: Region) -> str | Refused | None:
        if region.front:
            region = region._replace(text=_to_its_delimiter(text, region.text))
        if region.stage == "alone":
            if untold(region.text):
                return Refused("it is said to be unknown")
            if absent := _absent(region.text):
                return absent
            found, end = _formula(region.text)
            stated = (_concluded(region.text, end) or found) if end else _whole(region.text)
            found = _with_points(_last_line(region.text) or stated, region.language)
            return found or extract_number(region.text) or _word_in_bold(region.text)
        if region.where == "the last box":
            return corrected(together, region) if _NUMBER.fullmatch(together) else together
        if not together:
            found = boxed(region.text)[0] or _stated(region) or ""
            found = _with_points(found, region.language)
            return corrected(found, region) if _NUMBER.fullmatch(found) else found
        # What is said behind a box is more often a remark about the answer than another one.
        place = text.rfind(region.text)
        before = text[max(place - _SHORT // 4, 0) : place].lower()
        final = (region.stage == "structured" and not _CHECKING.search(before)) or "final" in before
        return formula if final and _VALUE.search(formula := _of_statement(region)) else None

    return find(text, read, language)


def _with_points(answer: str, language: str, *, boxed: bool = False) -> str:
    """Return a number that is written with a decimal comma in a language that has one with a decimal point: 12,5.

    In boxes three digits behind a comma or a point are left alone: models write both ways there.
    """
    number = _COMMA_NUMBER.fullmatch(answer) if language in _COMMA_LANGUAGES else None
    if number is None or (boxed and len(number["decimals"] or number["whole"].rpartition(".")[2]) == 3):
        return answer
    whole, decimals = number["whole"].replace(".", ""), number["decimals"]
    return f"{number['before']}{whole}{f'.{decimals}' if decimals else ''}{number['behind']}"


def _to_its_delimiter(text: str, clause: str) -> str:
    """Return a clause of `text`, from where the formula opens that closes in it: "5$" of "so $3, 5$ is the answer"."""
    for opening, closing in _MATHS:
        closes = clause.count("$") % 2 if closing == "$" else clause.count(closing) > clause.count(opening)
        if closes:
            place = text.rfind(clause)
            start = text.rfind(opening, max(place - _SHORT, 0), max(place, 0))
            return text[start : place + len(clause)] if start >= 0 else clause
    return clause


def _stated(region: Region) -> str | None:
    """Return the formula of a statement, or its only word, or its number."""
    if absent := _ABSENT.match(region.text.lstrip(_MARKUP)):
        return absent[0]
    if _says_something(formula := _of_statement(region)):
        return formula
    word = _REASON.split(_balanced(_line(region)), maxsplit=1)[0].strip(_TRAILING)
    if word.endswith(_COPULAS) and (rest := _leading(_line(region).lstrip(_MARKUP)[len(word) :])):
        return rest
    return word if word.isalpha() else extract_number(f"ANSWER: {region.text}")


def _of_statement(region: Region) -> str:
    """Return the formula that a statement begins with; that it ends with, if it comes before its noun."""
    return (_ending if region.front else _leading)(_line(region))


def _line(region: Region) -> str:
    text = region.text.rstrip("!") if region.stage == "stated" else region.text  # no factorial
    if text[:3].lower() == "no.":
        text = _NUMERO.sub("", text)
    line = _DELIMITERS.sub(" ", text).strip(_MARKUP)
    return line if region.front else _SENTENCE.split(line, maxsplit=1)[0]


def _ending(line: str) -> str:
    """Return what comes behind the last word that no formula has."""
    bare = _COMMAND.sub(lambda command: "\\" * len(command[0]), line)
    start = 0
    for word in _WORD.finditer(bare):
        if not _is_mathematical(word[0], bare[: word.start()], bare[word.end() :][:3]):
            start = word.end()
    return line[start:].lstrip(_LEADING).rstrip(_TRAILING)


def _leading(line: str) -> str:
    """Return what comes before the first word that no formula has."""
    bare = _COMMAND.sub(lambda command: "\\" * len(command[0]), line)
    aside = _ASIDE.search(line)
    end = aside.start() if aside else len(line)
    for word in _WORD.finditer(bare, 0, end):
        if not _is_mathematical(word[0], bare[: word.start()], bare[word.end() :][:3]):
            end = word.start()
            break
    found = line[:end].lstrip(_LEADING).rstrip(_TRAILING)
    while found.endswith(tuple(f" {word}" for word in ("and", "or"))):
        found = found.rpartition(" ")[0].rstrip(_TRAILING)
    return _balanced(found)


def _says_something(text: str) -> bool:
    return any(char.isalnum() or char in "∞∅" for char in text)


def _is_mathematical(word: str, before: str, behind: str) -> bool:
    if word in _MATHEMATICAL or (word == "in" and behind.lstrip()[:1] in {"[", "(", "{"}):
        return True
    if (before.rstrip(" ~}\\)")[-1:].isdigit() or before.endswith((") ", ")"))) and (
        is_unit(word) or word in {"percentage", "pct"}
    ):
        return True
    if not word.isascii() or word.lower() in _PROSE:
        return False
    return len(word) == 2 or (len(word) <= 4 and word.isupper())  # points: ABC


def _balanced(text: str) -> str:
    """Return a text up to the first bracket that closes none, without one that is never closed at its end."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return text[:place].rstrip(_TRAILING)
    return text.rstrip("([{ ,") if depth else text


def _whole(text: str) -> str:
    line = text.strip(_MARKUP + ">")
    if len(line) > _SHORT or "\n" in line or "boxed" in line or not _says_something(line):
        return ""
    word = line.rstrip(_MARKUP + ".!。")
    if word.isalpha():
        return word
    line = line.rstrip(_TRAILING)
    return line if _is_formula(line) else ""


def _last_line(text: str) -> str:
    """Return the equation that a text without delimiters ends with: "AD = h = 3 + 2√2."."""
    line = text[-_LONGEST:].rstrip(f"{_MARKUP}□∎■").rpartition("\n")[2]
    return _whole(line) if "=" in line and not _DELIMITERS.search(line) else ""


def _is_formula(line: str) -> bool:
    """Return whether a text has no words but those of formulas."""
    bare = _COMMAND.sub(lambda command: "\\" * len(command[0]), line)
    return all(_is_mathematical(word[0], bare[: word.start()], bare[word.end() :][:3]) for word in _WORD.finditer(bare))


def _concluded(text: str, start: int) -> str:
    """Return the number in bold in the last line, or the one behind "therefore", if it is behind `start`."""
    place = max(text.rstrip().rfind("\n") + 1, start)
    bold = _BOLD.findall(text, place, place + _LONGEST)
    if bold and (number := extract_number(f"ANSWER: {bold[-1]}")):
        return number
    conclusions = [found.end() for found in _CONCLUSION.finditer(text, max(start, len(text) - _LONGEST))]
    for place in conclusions[: -_FEW - 1 : -1]:
        line, *rest = _CLAUSE.split(text[place:], maxsplit=1)
        if "".join(rest).count(" ") >= _REMARK:
            break
        if _VALUE.search(line) and "=" not in line:
            return extract_number(_LABELLED.sub("", line[:_SHORT])) or ""
    return ""


def _absent(text: str) -> str:
    """Return the words by which a text ends with there being no value: "The limit does not exist."."""
    line = text.rstrip()[-_SHORT:]
    if not any(part in line for part in _PARTS_OF_ABSENT):
        return ""
    last = max(_ABSENT.finditer(line), key=re.Match.start, default=None)
    if last and last[0].lower() in ("undefined", "not defined") and line[: last.start()].strip(_MARKUP):
        return ""  # "values that make it undefined"
    if last is None or _VALUE.search(line, last.end()) or not _ENDS.search(line, last.end()):
        return ""
    return "" if _PARTLY.search(_CLAUSE.split(line[: last.start()])[-1]) else last[0]


def _word_in_bold(text: str) -> str:
    """Return the last word in bold of the last line: "The function is **even**."."""
    bold = _BOLD.findall(text, text.rstrip().rfind("\n") + 1)
    return str(bold[-1]) if bold else ""


def _formula(text: str) -> tuple[str, int]:
    """Return the last formula between delimiters, with those before it that only commas or "and" divide from it.

    Where it ends comes second, 0 without one.
    """
    if "$" not in text and "\\" not in text:
        return "", 0
    found: list[str] = []
    end = len(text)
    stop = 0
    while len(found) < _MOST:
        reach = max(end - _LONGEST - _SHORT, 0) if found else 0
        last = max(filter(None, (_last_between(text, *pair, reach, end) for pair in _MATHS)), default=None)
        if last is None or (found and not (is_joint(text[last[1] : end]) and _JOINING.search(text[last[1] : end]))):
            break
        found.insert(0, last[2])
        end = last[0]
        stop = stop or last[1]
    return ", ".join(dict.fromkeys(found)), stop


def _last_between(text: str, opening: str, closing: str, reach: int, end: int) -> tuple[int, int, str] | None:
    """Return where the last formula between two delimiters begins and ends, and what it is.

    White space is on both sides within dollar signs or on none, and no digit behind them: amounts of money are no
    formula.
    """
    for _ in range(_MOST):
        end = text.rfind(closing, reach, end)
        if end < 0:
            return None
        start = text.rfind(opening, max(end - _LONGEST - len(opening), reach), end)
        if start < 0:
            continue
        behind = end + len(closing)
        content = text[start + len(opening) : end]
        inner = content.strip(" $,\n*").rstrip(" .,\n*")
        if not inner:
            continue
        if not reach and rejected(text, start, behind):
            end = start
            continue
        if opening != "$":
            return start, behind, inner
        if (
            content[0].isspace() == content[-1].isspace()
            and not text[behind : behind + 1].isdigit()
            and _is_formula(content)
        ):
            return start, behind, inner
    return None


def plain_expression(expression: str) -> str:
    r"""Return `expression` without what only changes its looks: spaces, `\left`, `\dfrac`, `\text`, degrees."""
    plain = expression.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    plain = _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", plain)
    return _NOTHING.sub("", _WRAPPED.sub(r"\1", plain)).rstrip(".\\")


def plain_number(plain: str) -> Fraction | None:
    """Return the value of a plain expression that is a number or a quotient of two; None for any other."""
    if len(plain) > 64:
        return None
    if number := _NUMBER.fullmatch(plain):
        sign, whole, decimals, only = number.groups()
        return Fraction(f"{sign}{(whole or '0').replace(',', '')}{(only or decimals or '').rstrip('.')}")
    if quotient := _QUOTIENT.fullmatch(plain):
        sign, *parts = quotient.groups()
        above, below = (int(part) for part in parts if part)
        return Fraction(-above if sign == "-" else above, below) if below else None
    return None
