"""Reader of streamed responses: server-sent events of the OpenAI chat form, gathered into one plain response."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import Any

from pytest_evalscope.models.http.chat_completion import decode_json, error_in
from pytest_evalscope.models.http.content_parts import answer_text, thought_texts
from pytest_evalscope.models.http.finish_reasons import worse
from pytest_evalscope.models.prompt import content_text

_ALIVE = frozenset({b"", b"null", b"[]", b"ping", b"pong", b"keep-alive", b"keepalive", b"heartbeat", b"[PING]"})
"""Data of events that say only that the endpoint is still at work, unquoted."""
_NAMED_ALIVE = frozenset({b"ping", b"keep-alive", b"keepalive", b"heartbeat"})
"""Names of such events."""


def event_data(event: bytes, data: bytes) -> dict[str, Any] | None:
    """Return the JSON object of an event; {} for one that only keeps the connection alive, None for `[DONE]`.

    Raises ValueError when its data is no JSON object.
    """
    if data[:1] != b"{":
        shown = data.strip()
        if shown.startswith(b"[DONE]"):
            return None
        if shown.strip(b'"') in _ALIVE or event in _NAMED_ALIVE:
            return {}
    chunk = decode_json(data)
    if not isinstance(chunk, dict):
        raise ValueError("an event of the stream is not a JSON object")
    return chunk


class EventParser:
    """Cuts bytes, in pieces of any size, into the `(event, data)` pairs of the server-sent events format.

    Source: the HTML standard, section "Interpreting an event stream".
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []  # pieces of a line that has no end yet
        self._first = True  # no line has come yet: it may begin with a byte order mark
        self._after_return = False  # a line feed that follows belongs to the line end already seen
        self._event = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[tuple[bytes, bytes]]:
        """Return the events that `chunk` completes."""
        if self._after_return and chunk.startswith(b"\n"):
            chunk, self._after_return = chunk[1:], False
        if not chunk:
            return []
        if b"\r" in chunk:
            self._after_return = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        else:
            self._after_return = False
        *lines, rest = chunk.split(b"\n")
        events = []
        for line in lines:
            if self._line:
                line = b"".join((*self._line, line))
                self._line = []
            if self._first:
                line, self._first = line.removeprefix(BOM_UTF8), False
            if line:
                self._read(line)
                continue
            if self._data:
                events.append((self._event, b"\n".join(self._data)))
            self._event, self._data = b"", []
        if rest:
            self._line.append(rest)
        return events

    def _read(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
        elif field == b"event":
            self._event = value.removeprefix(b" ")


class StreamedChat:
    """Gathers the events of a stream into what the same response would be in one piece."""

    def __init__(self) -> None:
        self.begun = False
        """True once a token has come."""
        self.done = False
        """True once the end of the stream was announced, or an error came instead."""
        self._error: Any = None
        self._choices = False
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._pieces: dict[int, dict[str, list[str]]] = {}
        self._logprobs: list[Any] = []
        self._finish: Any = None
        self._ended = False  # the reason why the completion ended came, and no more of it since
        self._unended = False  # an end was announced as yet to come, by a finish_reason of null
        self._usage: Any = None
        self._outer: dict[str, Any] = {}

    def add(self, event: bytes, data: bytes) -> None:
        """Take one event. Raises ValueError when its data is no JSON object."""
        chunk = event_data(event, data)
        if not chunk:
            self.done = chunk is None
            return
        error = error_in(chunk)
        if error or event == b"error":
            self._error = error or chunk
            self.done = True
            return
        for name in ("model", "usage", "x_groq", "output_sensitive"):
            if chunk.get(name):
                self._outer[name] = chunk[name]
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict) and not choice.get("index"):
                self._take(choice, whole=chunk.get("object") == "chat.completion")

    def body(self) -> dict[str, Any]:
        """Return the whole response, or `{"error": …}`. Raises ValueError when the stream was cut."""
        if self._error:
            return {"error": self._error}
        if not (self.done or self._ended):
            raise ValueError("the stream ended early")
        if not self._choices:
            return {"choices": []}
        if self._unended and not self._finish:
            raise ValueError("the stream ended without the reason why the completion did (finish_reason)")
        message = {
            "content": "".join(self._texts),
            "reasoning_content": "".join(self._thoughts),
            "tool_calls": [self._call(index) for index in self._calls],
        }
        choice = {"message": message, "finish_reason": self._finish, "logprobs": {"content": self._logprobs}}
        if self._usage:
            choice["usage"] = self._usage
        return {**self._outer, "choices": [choice]}

    def _take(self, choice: dict[str, Any], *, whole: bool) -> None:
        """Take in a choice; some endpoints call its delta `message`, and one end with the `whole` message again."""
        self._choices = True
        self._ended = self._ended or bool(choice.get("finish_reason"))
        if choice.get("finish_reason"):
            self._finish = worse(self._finish, choice["finish_reason"])
        self._unended = self._unended or "finish_reason" in choice
        self._usage = choice.get("usage") or self._usage
        logprobs = choice.get("logprobs")
        if isinstance(logprobs, dict) and isinstance(logprobs.get("content"), list):
            self._logprobs += logprobs["content"]
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = choice.get("message")
            if not isinstance(delta, dict) or (whole and self.begun):
                return
        text = answer_text(delta.get("content")) or content_text(delta.get("refusal"))
        thought = content_text(delta.get("reasoning_content")) or content_text(delta.get("reasoning"))
        thought = thought or "".join(thought_texts(delta.get("content")))
        calls = delta.get("tool_calls")
        if text:
            self._texts.append(text)
        if thought:
            self._thoughts.append(thought)
        if isinstance(calls, list):
            for call in calls:
                self._take_call(call)
        if text or thought or calls:
            self.begun, self._ended = True, bool(choice.get("finish_reason"))

    def _take_call(self, delta: Any) -> None:
        """A tool call comes in pieces that share an index: names first, then its arguments bit by bit."""
        if not isinstance(delta, dict):
            return
        given = delta.get("index")
        index = given if type(given) is int else len(self._calls)
        call = self._calls.setdefault(index, {})
        call.update({name: delta[name] for name in ("id", "type") if delta.get(name)})
        function = delta.get("function")
        pieces = self._pieces.setdefault(index, {})
        for name, piece in function.items() if isinstance(function, dict) else ():
            if isinstance(piece, str):
                pieces.setdefault(name, []).append(piece)  # joined at the end: arguments may come letter by letter

    def _call(self, index: int) -> dict[str, Any]:
        return {**self._calls[index], "function": {name: "".join(got) for name, got in self._pieces[index].items()}}
