"""llama.cpp's decoder in a process of its own, for log-probabilities of texts: this file is run, not imported.

llama.cpp's server tells log-probabilities only of what it generates, so texts are decoded by the library itself, whose
functions the extension module of `xllamacpp` exports. It reads one line of JSON from its input (`path`: where modules
are; `model`: the parameters), loads the model, writes one line (`first`, `context`; or `error`), and then answers each
line of its input by one line:

- `{"encode": [text, …], "special": true}` → `{"tokens": [[…], …]}`
- `{"score": [[tokens, start], …]}` → `{"scores": [[logprob, greedy], …]}`: of the tokens from `start` (at least 1) on

It ends when its input does. It imports nothing of the package, so it starts in a fraction of a second.
"""

from __future__ import annotations

import ctypes as c
import json
import math
import os
import sys
from typing import Any

PROMPT = 2048
"""Tokens that are decoded at once, at most."""
LOGITS = 2**25
"""Numbers in the logits of one decoding, at most: 128 MiB."""
STRANGE = "this version of xllamacpp lays out its parameters in another way"


class Params(c.Structure):
    """Parameters whose layout changes from version to version; whoever takes them reads only as much as there is."""

    _fields_ = [("content", c.c_uint32 * 256)]


class Batch(c.Structure):
    """llama.cpp's `llama_batch`."""

    _fields_ = [
        ("n_tokens", c.c_int32),
        ("token", c.POINTER(c.c_int32)),
        ("embd", c.c_void_p),
        ("pos", c.POINTER(c.c_int32)),
        ("n_seq_id", c.POINTER(c.c_int32)),
        ("seq_id", c.POINTER(c.POINTER(c.c_int32))),
        ("logits", c.POINTER(c.c_int8)),
    ]


POINTER, INT, BOOL = c.c_void_p, c.c_int32, c.c_bool
FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "backend_init": (None,),
    "model_default_params": (Params,),
    "context_default_params": (Params,),
    "model_load_from_file": (POINTER, c.c_char_p, Params),
    "model_n_ctx_train": (INT, POINTER),
    "model_get_vocab": (POINTER, POINTER),
    "init_from_model": (POINTER, POINTER, Params),
    "n_ctx": (c.c_uint32, POINTER),
    "n_batch": (c.c_uint32, POINTER),
    "set_n_threads": (None, POINTER, INT, INT),
    "get_memory": (POINTER, POINTER),
    "memory_clear": (None, POINTER, BOOL),
    "memory_seq_rm": (BOOL, POINTER, INT, INT, INT),
    "vocab_n_tokens": (INT, POINTER),
    "vocab_bos": (INT, POINTER),
    "vocab_eos": (INT, POINTER),
    "tokenize": (INT, POINTER, c.c_char_p, INT, c.POINTER(c.c_int32), INT, BOOL, BOOL),
    "batch_init": (Batch, INT, INT, INT),
    "decode": (INT, POINTER, Batch),
    "get_logits_ith": (POINTER, POINTER, INT),
}
"""Function of llama.cpp → what it returns, and its arguments."""


class Decoder:
    """A model, and the tokens whose keys and values it holds."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._call = library()
        self._call["backend_init"]()
        model = self._call["model_load_from_file"](given["file"].encode(), self._call["model_default_params"]())
        if not model:
            raise ValueError("it is no model that llama.cpp knows")
        self.context = min(given["context"], self._call["model_n_ctx_train"](model))
        params = self._call["context_default_params"]()
        params.content[0], params.content[1] = self.context, PROMPT  # n_ctx and n_batch have always come first
        self._ctx = self._call["init_from_model"](model, params)
        if not self._ctx:
            raise ValueError("llama.cpp makes no context of it")
        if self._call["n_ctx"](self._ctx) < self.context or self._call["n_batch"](self._ctx) > PROMPT:
            raise ValueError(STRANGE)
        self._call["set_n_threads"](self._ctx, given["threads"], given["threads"])
        self._memory = self._call["get_memory"](self._ctx)
        self._vocab = self._call["model_get_vocab"](model)
        self._size = self._call["vocab_n_tokens"](self._vocab)
        self._batch = self._call["batch_init"](PROMPT, 0, 1)
        if self._batch.embd or not (self._batch.token and self._batch.pos and self._batch.logits):
            raise ValueError(STRANGE)
        self._kept: list[int] = []

    @property
    def first(self) -> int:
        """The token that begins a text, or else that ends one; -1 without either."""
        begins: int = self._call["vocab_bos"](self._vocab)
        return begins if begins >= 0 else self._call["vocab_eos"](self._vocab)

    def encode(self, text: str, special: bool) -> list[int]:
        """Return the tokens of `text`; `special`: with those that the model wants around every text."""
        data = text.encode()
        room = len(data) + 8
        tokens = (c.c_int32 * room)()
        count = self._call["tokenize"](self._vocab, data, len(data), tokens, room, special, True)
        if count < 0:
            raise ValueError("llama.cpp cannot encode the text")
        return tokens[:count]

    def score(self, tokens: list[int], start: int) -> tuple[float, bool]:
        """Return the log-probability of the tokens from `start` on, and whether each was the likeliest."""
        place = self._go_back(tokens, start - 1)
        logprob, greedy = 0.0, True
        while place < len(tokens) - 1:
            room = PROMPT if place + PROMPT < start else max(1, min(PROMPT, LOGITS // self._size))
            count = min(room, len(tokens) - 1 - place)
            self._decode(tokens, place, count, start - 1)
            for index in range(max(0, start - 1 - place), count):
                own, likeliest = self._logprob(index, tokens[place + index + 1])
                logprob += own
                greedy = greedy and likeliest
            place += count
        return logprob, greedy

    def _go_back(self, tokens: list[int], most: int) -> int:
        """Forget the state beyond the first `most` of `tokens`; return how many of them remain in it."""
        keep = 0
        for kept, token in zip(self._kept[:most], tokens):  # noqa: B905 - as far as the shorter goes
            if kept != token:
                break
            keep += 1
        if keep < len(self._kept) and not (keep and self._call["memory_seq_rm"](self._memory, 0, keep, -1)):
            self._call["memory_clear"](self._memory, True)  # the state of a recurrent model cannot go back
            keep = 0
        del self._kept[keep:]
        return keep

    def _decode(self, tokens: list[int], place: int, count: int, wanted: int) -> None:
        batch = self._batch
        batch.n_tokens = count
        for index in range(count):
            batch.token[index] = tokens[place + index]
            batch.pos[index] = place + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = 0
            batch.logits[index] = place + index >= wanted
        code = self._call["decode"](self._ctx, batch)
        if code:
            self._kept.clear()
            self._call["memory_clear"](self._memory, True)
            raise ValueError(f"llama.cpp cannot decode the text (code {code})")
        self._kept += tokens[place : place + count]

    def _logprob(self, index: int, token: int) -> tuple[float, bool]:
        address = self._call["get_logits_ith"](self._ctx, index)
        if not address:
            raise ValueError("llama.cpp gives no logits")
        logits = memoryview((c.c_float * self._size).from_address(address)).cast("B").cast("f")
        most = max(logits)
        try:
            total = math.log(sum(map(math.exp, logits)))
        except (OverflowError, ValueError):  # logits that are all far from 0
            total = most + math.log(sum(math.exp(logit - most) for logit in logits))
        return logits[token] - total, logits[token] == most


def library() -> dict[str, Any]:
    """Return llama.cpp's functions. Raises AttributeError when one is not there."""
    from xllamacpp import xllamacpp as extension

    exported = c.CDLL(extension.__file__)
    found = {}
    for name, (returned, *arguments) in FUNCTIONS.items():
        function = getattr(exported, f"llama_{name}")
        function.restype, function.argtypes = returned, arguments
        found[name] = function
    return found


def answer(decoder: Decoder, order: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one order."""
    if "encode" in order:
        return {"tokens": [decoder.encode(text, order["special"]) for text in order["encode"]]}
    return {"scores": [decoder.score(tokens, start) for tokens, start in order["score"]]}


def say(value: dict[str, Any]) -> None:
    """Write one line."""
    print(json.dumps(value), flush=True)  # noqa: T201 - the answer


def main() -> None:
    """Answer until the input ends."""
    order = json.loads(sys.stdin.readline())
    sys.path[:] = order["path"]
    try:
        decoder = Decoder(order["model"])
        say({"first": decoder.first, "context": decoder.context})
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        say({"error": f"{type(error).__name__}: {error}"})
        os._exit(1)
    for line in sys.stdin:
        try:
            say(answer(decoder, json.loads(line)))
        except ValueError as error:
            say({"error": str(error)})
    os._exit(0)  # without the destructors of what the library holds


if __name__ == "__main__":
    main()
