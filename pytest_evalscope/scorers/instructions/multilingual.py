"""The instructions of Multi-IF: those of IFEval, counting words and sentences as the language of a completion does.

Y. He et al., arXiv:2410.15553. langdetect finds the language of a completion; pythainlp splits Thai.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_evalscope.errors import MissingExtra
from pytest_evalscope.scorers.instructions.relation import holds
from pytest_evalscope.scorers.instructions.sentences import sentences
from pytest_evalscope.scorers.instructions.table import Check, check_instructions
from pytest_evalscope.scorers.instructions.wording import language_detector

_UNSPACED = frozenset({"zh-cn", "zh-tw", "ja"})
_HAN_STOP = re.compile(r"[^!?。.！？．\n]+")
_HINDI_END = re.compile(r"(?<=[।!?])")
_LETTER = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_MARKS = re.compile(r"[\\.!?．/_,{}<>:;$%^&*(+\"'—！，。？、`~@#￥…）（：；《》“”()\[\]»〔〕\-「」]+")
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2b05-\u2b55"
    "\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]{0,2}"
)
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"))


def number_sentences(completion: str, *, num_sentences: int, relation: str) -> bool:
    """So many sentences; in Chinese, Japanese and Thai the end of a line ends one too."""
    language = _language(completion)
    if language == "th":
        count = sum(len(_thai().sent_tokenize(line)) for line in completion.splitlines())
    elif language == "hi":
        count = sum(bool(part.strip()) for part in _HINDI_END.split(completion))
    elif language in _UNSPACED:
        count = sum(len(_HAN_STOP.findall(line.strip())) for line in completion.splitlines())
    else:
        count = len(sentences(completion))
    return holds(count, relation, num_sentences)


def number_words(completion: str, *, num_words: int, relation: str) -> bool:
    """So many words; in Chinese and Japanese every character of the script is one, and so is an emoji."""
    language = _language(completion)
    if language == "th":
        count = len(_thai().word_tokenize(completion))
    elif language in _UNSPACED:
        count = _unspaced_words(completion)
    else:
        count = len(re.findall(r"\w+", completion))
    return holds(count, relation, num_words)


def quotation(completion: str) -> bool:
    """The completion is in double quotation marks: straight, curly, or Japanese corners."""
    text = completion.strip()
    return len(text) > 1 and (text[0], text[-1]) in _QUOTES


MULTILINGUAL: Mapping[str, Check] = {
    "length_constraints:number_sentences": number_sentences,
    "length_constraints:number_words": number_words,
    "startend:quotation": quotation,
}
"""Those that take the place of IFEval's; the others are the same."""
_COUNTING = frozenset({"length_constraints:number_sentences", "length_constraints:number_words"})


def check_multilingual(names: Iterable[str], language: str) -> None:
    """Raise what scoring completions in `language` (its English name) would raise, before any request is made.

    Raises: KeyError for an unknown instruction, MissingExtra without langdetect, or without pythainlp for Thai.
    """
    named = list(names)
    check_instructions(named)
    if _COUNTING.intersection(named):
        language_detector()
        if language == "Thai":
            _thai()


def _language(completion: str) -> str:
    langdetect = language_detector()
    try:
        return str(langdetect.detect(completion))
    except langdetect.LangDetectException:
        return "en"


def _thai() -> Any:
    try:
        import pycrfsuite  # noqa: F401 - sentences are cut by it, which pythainlp finds out only then
        from pythainlp import tokenize
    except ImportError as error:
        raise MissingExtra(
            "words and sentences in Thai", error.name or "pythainlp", "pip install 'pytest-evalscope[multi-if]'"
        ) from None
    return tokenize


def _unspaced_words(completion: str) -> int:
    text, emojis = _EMOJI.subn("", _MARKS.sub("", completion))
    others, letters = _LETTER.subn(" ", text)
    return letters + emojis + len(others.split())
