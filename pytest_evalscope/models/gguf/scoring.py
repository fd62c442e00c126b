"""Log-probabilities from a GGUF file: the child process that decodes texts, and the requests to it."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import ModelError, RequestRefused
from pytest_evalscope.models.gguf.process import DYING_SECONDS, exchange, not_loaded, spawn
from pytest_evalscope.models.local.continuations import Line, Tokenizer, likelihoods_of
from pytest_evalscope.models.local.frame import frame_of
from pytest_evalscope.types import Completion, Likelihood, Timing, Usage, clean, raw_text

_SCRIPT = Path(__file__).with_name("decoder.py")


class TextScorer:
    """llama.cpp's decoder in a process that is started when the first text comes; one request at a time.

    Methods block, and may be called from any thread.
    """

    def __init__(self, name: str, model: Mapping[str, Any]) -> None:
        self._name = name
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None
        self._tokenizer: Tokenizer | None = None
        self._refusal: ModelError | None = None
        self._turn = threading.Lock()

    def score(self, request: Likelihood) -> Completion:
        """Return the log-probabilities of the continuations of a raw prompt.

        Raises:
            RequestRefused: a chat, or more tokens than the context holds.
            ModelError: the file cannot be loaded, or the process has ended.
        """
        text = raw_text(request.messages)
        if text is None:
            raise RequestRefused(
                f"{self._name}: gives log-probabilities after a plain prompt only (a chat was given); "
                "accepted: a raw prompt, or an hf/ model, which scores within a chat template too"
            )
        begun = time.perf_counter()
        with self._turn:
            lines = self._opened().lines(clean(text), request.continuations)
            self._fill(lines)
        return Completion(
            text="",
            usage=Usage(prompt_tokens=sum(len(line.tokens) for line in lines)),
            timing=Timing(latency=time.perf_counter() - begun),
            likelihoods=likelihoods_of(lines, len(request.continuations)),
            model=str(self._model["name"]),
        )

    def stop(self) -> None:
        """End the process; requests under way fail."""
        process, self._process = self._process, None
        self._refusal = self._refusal or ModelError(f"{self._name}: is closed")
        if process is not None:
            atexit.unregister(self.stop)
            process.kill()
            with process:  # waits for it, and closes the pipes
                pass

    def _opened(self) -> Tokenizer:
        if self._refusal is not None:
            raise ModelError(self._refusal.message)
        if self._tokenizer is None:
            try:
                self._tokenizer = self._start()
            except ModelError as error:
                self._refusal = error
                raise
        return self._tokenizer

    def _start(self) -> Tokenizer:
        if sys.platform == "win32":  # there an extension module shows Python's entry and nothing else
            raise ModelError(
                f"{self._name}: gives log-probabilities on Linux and macOS only (this is Windows); hf/ models give them"
            )
        with tempfile.TemporaryFile() as log:
            process = self._process = spawn(_SCRIPT, log)
            atexit.register(self.stop)
            loaded = exchange(process, {"path": sys.path, "model": self._model})
            if "first" not in loaded:
                raise not_loaded(self._name, log, loaded)
        first = loaded["first"] if loaded["first"] >= 0 else None
        return Tokenizer(
            name=self._name, encode=self._encode, first=first, context=loaded["context"], frame=frame_of(self._encode)
        )

    def _encode(self, texts: Sequence[str], special: bool) -> list[list[int]]:
        tokens: list[list[int]] = self._exchange({"encode": texts, "special": special})["tokens"]
        return tokens

    def _fill(self, lines: Sequence[Line]) -> None:
        scores = self._exchange({"score": [[line.tokens, line.start] for line in lines]})["scores"]
        for line, (logprob, greedy) in zip(lines, scores, strict=True):
            line.logprob, line.greedy = logprob, greedy

    def _exchange(self, order: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process
        if process is None:
            raise ModelError(f"{self._name}: is closed")
        answer = exchange(process, order)
        if not answer:
            try:
                code = process.wait(DYING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()  # it says what nobody understands
                code = process.wait()
            raise ModelError(f"{self._name}: llama.cpp has ended (exit code {code})")
        if "error" in answer:
            raise ModelError(f"{self._name}: {answer['error']}")
        return answer
