"""Special tokens of a tokenizer: those of a thought are text until it is split off, the others never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.models.reasoning import KNOWN_TAGS

_HARMONY = frozenset({"<|start|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|end|>", "<|return|>", "<|call|>"})
_LEAST = 3
"""Characters that a token must have to be the beginning of a tag: `<|channel>` is one of `<|channel>thought`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTokens:
    """Special tokens by their numbers, with their spelling."""

    tags: Mapping[int, str] = field(default_factory=dict)
    """Those in which a thought begins or ends, and those of gpt-oss's channels."""
    hidden: Mapping[int, str] = field(default_factory=dict)
    """All others."""

    def in_stop(self, stop: tuple[str, ...]) -> tuple[str, ...]:
        """Return the stop strings that spell a hidden token."""
        return tuple(each for each in stop if any(text in each for text in self.hidden.values()))

    def without_hidden(self, text: str) -> str:
        """Return `text` without the spelling of hidden tokens."""
        return _without(text, self.hidden)

    def without_tags(self, text: str) -> str:
        """Return `text` without the spelling of tags."""
        return _without(text, self.tags)


def special_tokens(tokenizer: Any) -> SpecialTokens:
    """Return the special tokens of a tokenizer of transformers."""
    found = {number: str(token.content) for number, token in tokenizer.added_tokens_decoder.items() if token.special}
    for number in tokenizer.all_special_ids:
        found.setdefault(number, str(tokenizer.convert_ids_to_tokens(number)))
    harmony = _HARMONY if {"<|channel|>", "<|message|>"} <= set(found.values()) else frozenset()
    tags = {number for number, text in found.items() if text in harmony or _begins_tag(text.strip().lower())}
    return SpecialTokens(
        tags={number: text for number, text in found.items() if number in tags},
        hidden={number: text for number, text in found.items() if number not in tags and text},
    )


def _begins_tag(text: str) -> bool:
    return len(text) >= _LEAST and any(tag.startswith(text) for tag in KNOWN_TAGS)


def _without(text: str, tokens: Mapping[int, str]) -> str:
    for token in tokens.values():
        text = text.replace(token, "")
    return text
