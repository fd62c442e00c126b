"""Reading the messages of a request."""

from __future__ import annotations

from typing import Any

from pytest_evalscope.types import Messages


def last_user_text(messages: Messages) -> str:
    """Return the text of the last message whose role is `user`; "" without one."""
    for message in reversed(messages):
        if message.get("role") == "user":
            return content_text(message.get("content"))
    return ""


def content_text(content: Any) -> str:
    """Return the text of a message's content: a string, or the text parts of a list, joined; "" for anything else."""
    if isinstance(content, str):
        return content
    if not isinstance(content, (list, tuple)):
        return ""
    texts = (part.get("text") if isinstance(part, dict) else part for part in content)
    return "".join(text for text in texts if isinstance(text, str))
