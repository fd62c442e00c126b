"""Reasoning in channels and sections (gpt-oss, Granite), and tokens around an answer."""

from __future__ import annotations

from pytest_evalscope.text.patterns import pattern

_HEADER = pattern(
    r"(?:<\|start\|>[^<>|]{0,200})?<\|channel\|>\s*(\w{1,50})[^<]{0,500}(?:<\|constrain\|>[^<]{0,200})?<\|message\|>"
)
_END = pattern(r"<\|(?:end|return|call)\|>")
_WRAPPED = (
    ("<|begin_of_solution|>", "<|end_of_solution|>"),
    ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
    ("<response>", "</response>"),
)
_GRANITE = pattern(r"(?:Here is|Here's) my thought process:")
_GRANITE_ANSWER = pattern(r"(?:Here is|Here's) my response:")
_INDENT = 4
"""Blanks at the beginning of a line that make it one of code."""


def unmargined(answer: str) -> str:
    """Return an answer without blanks before it, but for the indentation of a line of its own: it may begin code."""
    bare = answer.lstrip()
    _, own, margin = answer[: len(answer) - len(bare)].rpartition("\n")
    return margin + bare if bare and (own or len(margin.expandtabs(_INDENT)) >= _INDENT) else bare


def split_channels(text: str) -> tuple[str, str] | None:
    """Return `(reasoning, answer)` of a completion in channels or sections; None for any other.

    gpt-oss writes harmony's channels: `final` is the answer, `analysis` and `commentary` are reasoning. Where a server
    drops the special tokens, their names remain: `analysis…assistantfinal…`. Without a final channel the answer is
    empty: it was cut before.

    Source: OpenAI, "OpenAI harmony response format"; vLLM's parser for Granite 3.2.
    """
    if "<|channel|>" in text:
        return _harmony(text)
    if text.startswith("analysis") and "assistantfinal" in text:
        thought, _, answer = text[len("analysis") :].partition("assistantfinal")
        return thought.strip(), unmargined(answer)
    begun = _GRANITE.match(text)
    ended = _GRANITE_ANSWER.search(text) if begun else None
    if begun and ended:
        return text[begun.end() : ended.start()].strip(), unmargined(text[ended.end() :])
    return None


def _harmony(text: str) -> tuple[str, str] | None:
    headers = list(_HEADER.finditer(text))
    if not headers:
        cut = text.lstrip().startswith(("<|channel|>", "<|start|>assistant<|channel|>")) and "<|message|>" not in text
        return (text.strip(), "") if cut else None
    before = text[: headers[0].start()].strip()
    if before and not before.endswith("<|end|>"):
        return None  # an answer that writes about channels
    thoughts = [_END.sub("", before).strip()]
    answers: list[str] = []
    for number, header in enumerate(headers):
        end = headers[number + 1].start() if number + 1 < len(headers) else len(text)
        said = _END.split(text[header.end() : end], maxsplit=1)[0]
        if header[1] == "final":
            answers.append(unmargined(said).rstrip())
        else:
            thoughts.append(said.strip())
    return "\n".join(filter(None, thoughts)), "\n".join(filter(None, answers))


def unwrapped(answer: str) -> str:
    """Return an answer without the tokens that some families put around it."""
    for opening, closing in _WRAPPED:
        if answer.startswith(opening):
            return unmargined(answer[len(opening) :].rstrip().removesuffix(closing)).rstrip()
    return answer
