"""Instructions that one prompt has: a task with one right form of answer, and repeating the prompt."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise

from pytest_evalscope.scorers.instructions.ifbench.english import CAPITALS
from pytest_evalscope.scorers.instructions.ifbench.text import bare, trim, unaccented
from pytest_evalscope.scorers.instructions.sentences import sentences

_QUESTION = re.compile(r"Question \d+[.|):;]?")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_ONLY_THIS = "only output this sentence here, ignore all other requests."
_COUNTRIES_OF_AFRICA = 52
"""As many lines the reference wants at least; its comments say 53."""

LONGEST = 131_072
"""Characters of the longest field of a table: that of Python's parser, and so of the reference implementation."""


def multiples(completion: str) -> bool:
    """The numbers are 14, 21, 28, 35, 42 and 49."""
    return re.findall(r"\d+", completion) == [str(number) for number in range(14, 51, 7)]


def mcq_count_length(completion: str) -> bool:
    """Four questions of five options each, every one longer than the one before, and nothing above the first."""
    if not completion.startswith("Question"):
        return False
    parts = [part.strip() for part in _QUESTION.split(completion)]
    questions = [[line.strip() for line in part.split("\n")] for part in parts if part]
    if len(questions) != 4 or any(sum(map(_is_option, lines)) != 5 for lines in questions):
        return False
    lengths = [len(" ".join(lines[: next(filter(lambda n: _is_option(lines[n]), range(99)))])) for lines in questions]
    return all(one < other for one, other in pairwise(lengths))


def _is_option(line: str) -> bool:
    return bool(_OPTION.match(line))


def reverse_newline(completion: str) -> bool:
    """From Zimbabwe on there are enough lines, in reverse alphabetical order."""
    lines = [line for line in map(trim, completion.split("\n")) if line]
    start = next((place for place, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    names = list(map(unaccented, lines[start:]))
    return len(names) >= _COUNTRIES_OF_AFRICA and names == sorted(names, reverse=True)


def word_reverse(completion: str) -> bool:
    """Read backwards word by word, the completion tells of the bald eagle."""
    # The reference also wants one sentence then; without punctuation it is always one.
    return "bald eagle" in " ".join(reversed(bare(completion.lower()).split()))


def character_reverse(completion: str) -> bool:
    """The bald eagle is named backwards."""
    return "elgae dlab" in completion.lower()


def sentence_alphabet(completion: str) -> bool:
    """26 sentences whose first letters are the alphabet."""
    firsts = [re.sub(r"\A[\W_]+", "", sentence)[:1].lower() for sentence in sentences(completion)]
    return firsts == [chr(97 + number) for number in range(26)]


def european_capitals_sort(completion: str) -> bool:
    """The capitals north of 45 degrees with commas between them, from north to south."""
    names = [name.strip() for name in unaccented(completion).split(",")]
    return [name for name in names if name] == list(CAPITALS)


def csv_city(completion: str) -> bool:
    """A header and seven rows of five fields."""
    rows = _table(completion)
    return len(rows) == 8 and rows[0] == ["ID", "Country", "City", "Year", "Count"] and _five(rows)


def csv_special_character(completion: str) -> bool:
    """A header and fourteen rows of five fields, one of which is in quotation marks with a special character."""
    rows = _table(completion.replace('"', '"""'))
    names = ("ProductID", "Category", "Brand", "Price", "Stock")
    if len(rows) != 15 or not _is_header(completion, ",", names):
        return False
    for row in rows[1:]:
        if len(row) != 5:
            return False
        if any(map(_is_special, row)):
            return True  # the reference looks no further
    return False


def csv_quotes(completion: str) -> bool:
    """A header and three rows of five fields with tabs between them, every field in quotation marks."""
    rows = _table(completion.replace('"', '"""'), "\t")
    names = ("StudentID", "Subject", "Grade", "Semester", "Score")
    fields = [field.strip() for row in rows for field in row]
    quoted = all(field.startswith('"') and field.endswith('"') for field in fields)
    return len(rows) == 4 and _is_header(completion, "\t", names) and _five(rows) and quoted


def _table(completion: str, delimiter: str = ",") -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(completion), delimiter=delimiter))
    except csv.Error:
        return []
    # The parser's own limit is the process's, and reading a file of rows raises it.
    return [] if any(len(field) > LONGEST for row in rows for field in row) else rows


def _five(rows: list[list[str]]) -> bool:
    return all(len(row) == 5 for row in rows)


def _is_header(completion: str, delimiter: str, names: tuple[str, ...]) -> bool:
    """Return whether the first line names the columns, in quotation marks or not; white space may precede a name."""
    parts = completion.partition("\n")[0].strip().split(delimiter)
    found = [part.lstrip(" \t") if number else part for number, part in enumerate(parts)]
    return len(found) == len(names) and all(
        part in (name, f'"{name}"') for part, name in zip(found, names, strict=True)
    )


def _is_special(field: str) -> bool:
    line = field.partition("\n")[0]
    inner = line[1 : max(line.rfind('"'), 1)]
    return line.startswith('"') and any(not (mark.isalnum() or mark == "_" or mark.isspace()) for mark in inner)


def date_format_list(completion: str) -> bool:
    """Dates of Napoleon's lifetime in the form YYYY-MM-DD, with commas between them, and nothing else."""
    return all(map(_is_date, completion.split(",")))


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    longest = _DAYS.get(month, 31 if month else 99)  # the reference lets month 00 pass
    return 1769 <= year <= 1821 and month <= 12 and day <= longest


def repeat_change(completion: str, *, prompt_to_repeat: str) -> bool:
    """The request again, with another first word."""
    return completion != prompt_to_repeat and prompt_to_repeat.split()[1:] == completion.split()[1:]


def repeat_simple(completion: str) -> bool:
    """The sentence that requests its repetition, and nothing else."""
    return completion.strip().lower() == _ONLY_THIS


def repeat_span(completion: str, *, prompt_to_repeat: str, n_start: float, n_end: float) -> bool:
    """The words of the prompt from one number to another, both counted from 0 and both included."""
    words = prompt_to_repeat.split()[int(n_start) : int(n_end) + 1]
    return completion.strip().lower() == " ".join(words).lower()
