"""Instructions on the length, the parts and the form of a completion."""

from __future__ import annotations

import json
import re

from pytest_evalscope.scorers.instructions.relation import holds
from pytest_evalscope.scorers.instructions.sentences import sentences

_STARRED = re.compile(r"^[^\S\n]*\*[^*].*$", re.MULTILINE)
_SINGLE_STARS = re.compile(r"\*[^\n*]*\*")
_DOUBLE_STARS = re.compile(r"\*\*[^\n*]*\*\*")
_POSTSCRIPTS = {"P.S.": re.compile(r"p\.\s?s\."), "P.P.S": re.compile(r"p\.\s?p\.\s?s")}
_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


def number_sentences(completion: str, *, num_sentences: int, relation: str) -> bool:
    """So many sentences."""
    return holds(len(sentences(completion)), relation, num_sentences)


def number_words(completion: str, *, num_words: int, relation: str) -> bool:
    """So many words, a word being a run of letters, digits and underscores."""
    return holds(len(re.findall(r"\w+", completion)), relation, num_words)


def number_paragraphs(completion: str, *, num_paragraphs: int) -> bool:
    """Exactly so many paragraphs between the dividers `***`, none of them blank; a divider is allowed at either end."""
    first, *others = completion.split("***")
    *inner, last = others or [""]
    return all(map(str.strip, inner)) and num_paragraphs == len(inner) + bool(first.strip()) + bool(last.strip())


def nth_paragraph_first_word(completion: str, *, num_paragraphs: int, nth_paragraph: int, first_word: str) -> bool:
    """Exactly so many paragraphs between empty lines, and the n-th (from 1) begins with this word.

    As in the reference, blank paragraphs do not count but keep their place when the n-th is looked up.
    """
    paragraphs = completion.split("\n\n")
    count = sum(bool(paragraph.strip()) for paragraph in paragraphs)
    if count != num_paragraphs or not 1 <= nth_paragraph <= count:
        return False
    words = paragraphs[int(nth_paragraph) - 1].split()
    if not words:
        return False
    word = re.split("[.,?!'\"]", words[0].lstrip("'").lstrip('"'), maxsplit=1)[0]
    return word.lower() == first_word.lower()


def number_placeholders(completion: str, *, num_placeholders: int) -> bool:
    """At least so many placeholders in square brackets, each within one line."""
    return sum(map(_placeholders, completion.split("\n"))) >= num_placeholders


def _placeholders(line: str) -> int:
    # A regular expression would look for the closing bracket again from every opening one.
    count = 0
    end = line.find("]", line.find("[") + 1) if "[" in line else -1
    while end >= 0:
        count += 1
        start = line.find("[", end + 1)
        end = line.find("]", start + 1) if start >= 0 else -1
    return count


def postscript(completion: str, *, postscript_marker: str) -> bool:
    """The marker occurs somewhere, in any case; `P.S.` and `P.P.S` also with a space after each full stop."""
    marker = postscript_marker.strip()
    pattern = _POSTSCRIPTS.get(marker)
    return bool(pattern.search(completion.lower())) if pattern else marker.lower() in completion.lower()


def number_bullet_lists(completion: str, *, num_bullets: int) -> bool:
    """Exactly so many lines that begin with `*` or `-`; two stars at the head of a line are no bullet."""
    dashed = sum(line.lstrip().startswith("-") for line in completion.split("\n"))
    return len(_STARRED.findall(completion)) + dashed == num_bullets


def number_highlighted_sections(completion: str, *, num_highlights: int) -> bool:
    """At least so many stretches between stars, single or double, each within one line."""
    count = sum(bool(found.strip("*").strip()) for found in _SINGLE_STARS.findall(completion))
    count += sum(bool(found[2:-2].strip()) for found in _DOUBLE_STARS.findall(completion))
    return count >= num_highlights


def multiple_sections(completion: str, *, section_spliter: str, num_sections: int) -> bool:
    """At least so many section headings: the splitter, perhaps a space, a number."""
    return len(re.findall(rf"{re.escape(section_spliter.strip())}\s?\d+", completion)) >= num_sections


def title(completion: str) -> bool:
    """Text occurs between `<<` and `>>` within one line."""
    return any(map(_has_title, completion.split("\n")))


def _has_title(line: str) -> bool:
    start, end = line.find("<<"), line.rfind(">>")
    return start >= 0 and bool(line[start : end + 2].lstrip("<").rstrip(">").strip())


def json_format(completion: str) -> bool:
    """The whole completion is JSON, perhaps within a fenced block."""
    text = completion.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        text = text.removeprefix(fence)
    try:
        json.loads(text.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def constrained_response(completion: str) -> bool:
    """One of the three fixed answers occurs."""
    return any(answer in completion for answer in _ANSWERS)


def two_responses(completion: str) -> bool:
    """Two different answers, with six stars between them; stars are allowed at either end."""
    parts = [part.strip() for part in completion.split("******")]
    answers = [part for part in parts if part]
    return all(parts[1:-1]) and len(answers) == 2 and answers[0] != answers[1]


def repeat_prompt(completion: str, *, prompt_to_repeat: str) -> bool:
    """The completion begins with the request, word for word, in any case."""
    return completion.strip().lower().startswith(prompt_to_repeat.strip().lower())


def end_checker(completion: str, *, end_phrase: str) -> bool:
    """The completion ends with the phrase, in any case; double quotation marks after it do not matter."""
    return completion.strip().strip('"').lower().endswith(end_phrase.strip().lower())


def quotation(completion: str) -> bool:
    """The completion is in straight double quotation marks."""
    text = completion.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def no_comma(completion: str) -> bool:
    """No comma occurs."""
    return "," not in completion
