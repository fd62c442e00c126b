"""The log-probability of continuations: what prompts share is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.models.hf.cache import new_cache, separable
from pytest_evalscope.models.hf.forward import Forward
from pytest_evalscope.models.hf.likelihood_request import Choices
from pytest_evalscope.models.http.errors import one_line
from pytest_evalscope.models.local.continuations import Line, common

STEM = 32
"""Tokens that the prompts of a batch must share for them to be read apart, once for all."""
PROMPTS = 4
"""Requests that are read together, at most, for each that would be decoded together."""
TOKENS = 1024
"""Tokens whose keys and values are kept together, for each request that would be decoded together; half for prompts."""
PADDING = {"cpu": 32}
"""Tokens of padding that cost as much as one more pass; on a GPU more than a pass ever holds."""
WINDOW = 8
"""Prompts of like length are looked for among this many times as many as are read together."""
LOGITS = 2**27
"""Numbers in the logits of one pass, at most: half a gigabyte in single precision."""


class Scoring:
    """A queue of requests for log-probabilities; every round reads some of them to their end.

    A round reads the prompts, padded on the left, and then every continuation after a copy of its prompt's keys and
    values. Few-shot examples that all prompts begin with are read once and kept for the next round. Rows do not depend
    on those beside them, but for rounding.
    """

    def __init__(self, model: Any, *, pad: int, places: int) -> None:
        self.pending: list[Choices] = []
        self._model = model
        self._forward = Forward(model)
        self._pad = pad
        self._most = places * PROMPTS
        self._tokens = places * TOKENS
        self._padding = PADDING.get(model.device.type, self._tokens)
        self._separable = separable(model)
        self._vocabulary = int(model.config.get_text_config().vocab_size)
        self._stem: tuple[int, ...] = ()
        self._stem_layers: list[tuple[Any, ...]] = []

    def add(self, choices: Choices) -> None:
        """Put a request at the end of the queue."""
        self.pending.append(choices)

    def advance(self) -> list[Choices]:
        """Score the next requests and return them, those that failed with their error.

        When the device has no memory for so many, they go back to the queue, and fewer are read together from then on.
        """
        import torch

        self.pending = [choices for choices in self.pending if not choices.order.completion.cancelled()]
        taken = self._next()
        try:
            with torch.inference_mode():
                self._score(taken)
        except torch.cuda.OutOfMemoryError as error:
            self._stem, self._stem_layers = (), []
            torch.cuda.empty_cache()
            if len(taken) > 1:
                self._most = len(taken) // 2
                for line in (line for choices in taken for line in choices.lines):
                    line.logprob, line.greedy = 0.0, True
                self.pending = [*taken, *self.pending]
                return []
            _fail(taken, error)
        except Exception as error:  # noqa: BLE001 - a model may raise anything, and the next requests may do well
            _fail(taken, error)
        return taken

    def _next(self) -> list[Choices]:
        """Take the oldest, and those that share its few-shot examples, or else those nearest to it in length."""
        if not self.pending:
            return []
        oldest = self.pending[0].shared
        window = self.pending[: self._most * WINDOW]
        alike = [choices for choices in window if choices.shared[:STEM] == oldest[:STEM]]
        if len(oldest) > STEM and len(alike) > 1:
            window = alike
        near = sorted(window, key=lambda choices: abs(len(choices.shared) - len(oldest)))
        taken = near[: self._fitting([len(choices.shared) for choices in near], self._tokens // 2)]
        self.pending = [choices for choices in self.pending if choices not in taken]
        return taken

    def _fitting(self, lengths: Sequence[int], room: int) -> int:
        """Return how many of the first rows of these `lengths` are read together, at least one.

        They are as many as `room` holds tokens, padding included, and no more than that the padding pays.
        """
        longest = total = 0
        for count, length in enumerate(lengths):
            longest, total = max(longest, length), total + length
            size = longest * (count + 1)
            if count and (size > room or size - total > self._padding or count >= self._most):
                return count
        return len(lengths)

    def _score(self, taken: Sequence[Choices]) -> None:
        prompts = [prompt for choices in taken for prompt in _prompts(choices)]
        if not self._separable:
            for line in (line for prompt in prompts for line in prompt.lines):
                self._score_alone(line)
        elif prompts:
            layers, last = self._read_prompts([prompt.tokens for prompt in prompts])
            lines = [(row, line) for row, prompt in enumerate(prompts) for line in prompt.lines]
            firsts = [len(prompts[row].tokens) for row, _ in lines]
            _take(last[[row for row, _ in lines]].unsqueeze(1), [line for _, line in lines], firsts)
            self._score_lines(prompts, layers)

    def _score_alone(self, line: Line) -> None:
        """Score a line of a model whose state cannot be copied to others."""
        scored = len(line.tokens) - line.start
        _take(self._forward.alone(line.read, keep=scored), [line], [line.start])

    def _read_prompts(self, prompts: Sequence[tuple[int, ...]]) -> tuple[list[tuple[Any, ...]], Any]:
        """Return keys and values of all prompts, padded on the left, and the logits after their last tokens.

        Every row reads the same number of tokens; those before them come from the stem.
        """
        stem = self._read_stem(prompts)
        width = max(map(len, prompts))
        read = width - stem
        cache, layers = new_cache(self._model)
        if stem:
            shifts = [min(width - len(prompt), stem) for prompt in prompts]
            columns = (
                self._forward.tensor([range(stem)] * len(prompts)) - self._forward.tensor(shifts).unsqueeze(-1)
            ).clamp(min=0)
            for layer, pair in zip(layers, self._stem_layers, strict=True):
                layer.append(*(tensor[0][:, columns].transpose(0, 1) for tensor in pair))
        tokens = [_right(prompt, read, self._pad) for prompt in prompts]
        places = [_right(range(len(prompt)), read, 0) for prompt in prompts]
        logits, _ = self._forward(tokens, places, [len(prompt) for prompt in prompts], width=width, cache=cache)
        return [layer.window for layer in layers], logits[:, -1]

    def _read_stem(self, prompts: Sequence[tuple[int, ...]]) -> int:
        """Return how many tokens of the stem all `prompts` begin with; it is read anew where it is worth it."""
        shared = common(prompts)[: min(map(len, prompts)) - 1]
        have = len(common([shared, self._stem]))
        if len(prompts) == 1 or len(shared) - have < STEM:
            return have
        cache, layers = new_cache(self._model)
        self._forward([shared], [range(len(shared))], [len(shared)], width=len(shared), cache=cache)
        self._stem, self._stem_layers = shared, [layer.window for layer in layers]
        return len(shared)

    def _score_lines(self, prompts: Sequence[_Prompt], layers: Sequence[tuple[Any, ...]]) -> None:
        """Score what comes after the first tokens: continuations of like length together."""
        width = max(len(prompt.tokens) for prompt in prompts)
        lines = [(row, line, len(prompt.tokens)) for row, prompt in enumerate(prompts) for line in prompt.lines]
        lines = [(row, line, begin) for row, line, begin in lines if len(line.read) > begin]
        # The longest first, so that the first line of a pass is its width.
        lines.sort(key=lambda item: item[2] - len(item[1].read))
        while lines:
            count = self._fitting([len(line.read) - begin for _, line, begin in lines], self._tokens)
            count = min(count, max(1, self._tokens // (width + len(lines[0][1].read))))
            some, lines = lines[:count], lines[count:]
            widest = max(begin for _, _, begin in some)
            cache, copies = new_cache(self._model)
            rows = self._forward.tensor([row for row, _, _ in some])
            for copy, pair in zip(copies, layers, strict=True):
                copy.append(*(tensor[rows, :, width - widest :] for tensor in pair))
            self._score_after(cache, [line for _, line, _ in some], [begin for _, _, begin in some], widest)

    def _score_after(self, cache: Any, lines: Sequence[Line], begins: Sequence[int], width: int) -> None:
        """Read `lines` from `begins` on, after `width` columns of the cache, so much at a time as there is room for."""
        longest = max(len(line.read) - begin for line, begin in zip(lines, begins, strict=True))
        step = max(1, LOGITS // (len(lines) * self._vocabulary))
        for offset in range(0, longest, step):
            count = min(step, longest - offset)
            spans = [range(begin + offset, begin + offset + count) for begin in begins]
            # What is read after a line's end is seen by nothing that counts; its place must be one that there is.
            places = [
                [min(place, len(line.read) - 1) for place in span] for line, span in zip(lines, spans, strict=True)
            ]
            tokens = [[line.tokens[place] for place in places] for line, places in zip(lines, places, strict=True)]
            lengths = [begin + offset + count for begin in begins]
            logits, _ = self._forward(tokens, places, lengths, width=width + offset + count, cache=cache, keep=count)
            _take(logits, lines, [begin + offset + 1 for begin in begins])


@dataclass(frozen=True, slots=True)
class _Prompt:
    """Tokens that several lines begin with."""

    tokens: tuple[int, ...]
    lines: Sequence[Line]


def _prompts(choices: Choices) -> list[_Prompt]:
    """Return the one prompt of a request, or one for each line where the lines have nothing in common."""
    if choices.shared:
        return [_Prompt(choices.shared, choices.lines)]
    return [_Prompt(line.tokens[: line.start], (line,)) for line in choices.lines]


def _right(tokens: Sequence[int], width: int, pad: int) -> list[int]:
    """Return the last `width` tokens, padded on the left."""
    return [pad] * (width - len(tokens)) + list(tokens[-width:])


def _take(logits: Any, lines: Sequence[Line], firsts: Sequence[int]) -> None:
    """Add to `lines` what `logits` `[lines, tokens, vocabulary]` say of the tokens from the places `firsts` on."""
    import torch

    width = logits.shape[1]
    targets = [
        [line.tokens[place] if line.start <= place < len(line.tokens) else -1 for place in range(first, first + width)]
        for line, first in zip(lines, firsts, strict=True)
    ]
    wanted = torch.tensor(targets, device=logits.device)
    scored = wanted >= 0
    logits = logits.float()
    own = logits.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
    sums = own.double().where(scored, 0.0).sum(-1).tolist()
    greedy = ((logits.argmax(-1) == wanted) | ~scored).all(-1).tolist()
    for line, logprob, likeliest in zip(lines, sums, greedy, strict=True):
        line.logprob += logprob
        line.greedy = line.greedy and likeliest


def _fail(taken: Sequence[Choices], error: Exception) -> None:
    for choices in taken:
        choices.error = f"scoring failed ({type(error).__name__}: {one_line(str(error))})"
