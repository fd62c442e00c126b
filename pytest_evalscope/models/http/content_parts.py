"""Parts of a completion's content: what the model answered, and what it thought aloud."""

from __future__ import annotations

import re
from typing import Any

from pytest_evalscope.models.prompt import content_text

_ANSWERS = (None, "", "text", "output_text")
_THOUGHT = re.compile("think|thought|reason", re.IGNORECASE)
_FIELDS = ("thinking", "reasoning", "summary", "content", "text")
"""Fields in which endpoints write the text of a thought, the most specific first."""


def answer_text(content: Any) -> str:
    """Return the text of a completion's content, thoughts left out: a string, or the text parts of a list, joined."""
    return content_text([part for part in content if is_answer(part)] if isinstance(content, list) else content)


def thought_texts(content: Any) -> list[str]:
    """Return the thoughts among the parts of a completion's content; [] for a string and for anything else."""
    parts = content if isinstance(content, list) else ()
    return [text for part in parts if isinstance(part, dict) and (text := _thought(part))]


def is_answer(part: Any) -> bool:
    """Return whether a part is of a type that answers, and is not flagged as a thought (as Gemini's are)."""
    return not isinstance(part, dict) or (part.get("type") in _ANSWERS and part.get("thought") is not True)


def _thought(part: dict[str, Any]) -> str:
    thinks = part.get("thought") is True or _THOUGHT.search(str(part.get("type") or ""))
    fields = _FIELDS if thinks else ("thinking",)
    return next((text for name in fields if (text := content_text(part.get(name)))), "")
