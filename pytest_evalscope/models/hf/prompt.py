"""From a request to the tokens that a model reads."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.load import Loaded
from pytest_evalscope.models.hf.sequence import Order, Row
from pytest_evalscope.models.http.errors import one_line
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.models.opened_thought import opened_by
from pytest_evalscope.types import Chat, clean, raw_text
from pytest_evalscope.types.trajectory import without_reasoning

NEXT_TURN = "\nuser:"
"""Text with which a model without a chat template begins to speak for the user: the completion ends there."""
_LOG = logging.getLogger(__name__)


def row_of(name: str, loaded: Loaded, order: Order) -> Row:
    """Return the row of a request.

    Raises RequestRefused: tools, a message that is not text, a template that does not take these messages, a prompt
    that fills the model's context.
    """
    if isinstance(order.request, Chat) and order.request.tools:
        raise RequestRefused(f"{name}: tools are not supported by hf/ models; gguf/ and openai/ models take them")
    tokenizer, stop = loaded.tokenizer, order.sampling.stop
    text, special = prompt_text(name, tokenizer, order)
    tokens = tokenizer(text, add_special_tokens=special)["input_ids"]
    if special:
        tokens = loaded.frame.prompt(tokens)
    if special and raw_text(order.request.messages) is None:
        stop = (*stop, NEXT_TURN)
    room = loaded.context - len(tokens)
    if room < 1 or not tokens:
        most = loaded.context - 1
        raise RequestRefused(f"{name}: the prompt has {len(tokens)} tokens; accepted: 1 to {most}, the model's context")

    def spell(ids: Sequence[int]) -> str:
        return clean(tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def decode(ids: Sequence[int]) -> str:
        if loaded.special.tags.keys() & ids:
            return spell([token for token in ids if token not in loaded.special.hidden])
        return clean(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    return Row(
        order=order,
        prompt=tuple(tokens),
        limit=min(order.sampling.max_tokens, room),
        ends=loaded.ends,
        stop=stop,
        decode=decode,
        spell=spell,
        special=loaded.special,
        opening=opened_by(text, order.request.messages),
    )


def prompt_text(name: str, tokenizer: Any, order: Order) -> tuple[str, bool]:
    """Return what the model reads before it goes on, and whether the tokenizer adds its special tokens to it.

    Raises RequestRefused for a message that is not text, and a template that does not take these messages.
    """
    text = raw_text(order.request.messages)
    if text is not None:
        return clean(text), True
    messages = [_plain(name, message) for message in without_reasoning(order.request.messages)]
    if tokenizer.chat_template:
        return _templated(name, tokenizer, messages, order.sampling), False
    return _transcript(messages), True


def remark_on(name: str, loaded: Loaded) -> None:
    """Log how requests reach the model, where that is not as its makers meant it."""
    if not loaded.tokenizer.chat_template:
        _LOG.warning(
            "%s: its tokenizer has no chat template, so messages are given as lines 'role: content'; "
            "a base model's scores depend on such choices",
            name,
        )


def _plain(name: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """The message with its content as one string, the form that every template takes."""
    content = message.get("content")
    if isinstance(content, (list, tuple)):
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
        if not all(isinstance(part, str) for part in parts):
            raise RequestRefused(f"{name}: a message holds more than text; hf/ models take text alone")
        content = "".join(map(str, parts))
    if not isinstance(content, str):
        raise RequestRefused(f"{name}: the content of a message is not text ({type(content).__name__})")
    return {**message, "content": clean(content)}


def _templated(name: str, tokenizer: Any, messages: list[dict[str, Any]], sampling: Sampling) -> str:
    begun = bool(messages) and messages[-1].get("role") == "assistant"  # an answer that is to be continued
    try:
        text: str = tokenizer.apply_chat_template(
            messages,
            tokenize=False,
            add_generation_prompt=not begun,
            continue_final_message=begun,
            **sampling.template,
        )
    except Exception as error:  # a template is the model's own program and raises what it likes
        raise RequestRefused(
            f"{name}: its chat template does not take these messages ({one_line(str(error))})"
        ) from error
    return text


def _transcript(messages: list[dict[str, Any]]) -> str:
    lines = [f"{message.get('role', 'user')}: {message['content']}" for message in messages]
    return "\n".join(lines) if lines and messages[-1].get("role") == "assistant" else "\n".join([*lines, "assistant:"])
