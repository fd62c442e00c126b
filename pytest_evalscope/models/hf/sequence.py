"""One request, from its arrival to its last token."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.hf.sampler import Choice
from pytest_evalscope.models.hf.special_tokens import SpecialTokens
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat, Completion, Likelihood

Decode = Callable[[Sequence[int]], str]
"""Tokens → text, special tokens left out but for those of thoughts."""


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """A request as it came in, and the future of its completion."""

    request: Chat | Likelihood
    sampling: Sampling
    completion: Future[Completion] = field(default_factory=Future)
    """Cancelled when nobody waits for it any more."""
    submitted: float = field(default_factory=time.perf_counter)

    def fulfil(self, completion: Completion) -> None:
        """Deliver the completion."""
        try:
            self.completion.set_result(completion)
        except InvalidStateError:
            pass  # cancelled meanwhile

    def fail(self, error: ModelError) -> None:
        """Deliver an error of this message, one of its own: whoever gets it may write into it."""
        try:
            self.completion.set_exception(type(error)(error.message, hint=error.hint))
        except InvalidStateError:
            pass  # cancelled meanwhile


@dataclass(slots=True, kw_only=True, eq=False)
class Row:
    """A prompt and the tokens generated for it so far."""

    order: Order
    prompt: tuple[int, ...]
    limit: int
    """Tokens that may be generated: what the request allows and the context has room for."""
    ends: frozenset[int]
    """Tokens that end a completion."""
    stop: tuple[str, ...]
    """Strings that end it."""
    decode: Decode
    spell: Decode | None = None
    """The same with special tokens; None where they have no spelling."""
    special: SpecialTokens = field(default_factory=SpecialTokens)
    opening: str = ""
    """The tag of a thought that the prompt opened; empty for none."""
    choices: list[Choice] = field(default_factory=list)
    finish_reason: str = ""
    """Empty as long as it is generated, and when it failed."""
    text: str = ""
    """Text of the completion; set when it is finished."""
    error: str = ""
    """Reason why it failed; empty otherwise."""
    rng: random.Random = field(init=False)
    _window: int = field(init=False)
    _spelled: tuple[str, ...] = field(init=False)
    """Stop strings with special tokens in them."""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.sampling.seed)  # noqa: S311 - sampling, not secrets
        # A token holds a byte at the least, so a stop string that ends now begins within this many tokens. A few more
        # for tokens without text, and for a character that the window cuts.
        self._window = max((len(text.encode()) for text in self.stop), default=0) + 8
        self._spelled = self.special.in_stop(self.stop) if self.stop else ()

    @property
    def sampling(self) -> Sampling:
        """The parameters of the request."""
        return self.order.sampling

    @property
    def cancelled(self) -> bool:
        """True when nobody waits for the completion any more."""
        return self.order.completion.cancelled()

    @property
    def done(self) -> bool:
        """True when it is finished or failed."""
        return bool(self.finish_reason or self.error)

    @property
    def length(self) -> int:
        """Tokens whose keys and values are in the cache: all but the newest."""
        return len(self.prompt) + len(self.choices) - 1

    def draw(self) -> float:
        """Return the number in [0, 1) that decides this row's next token."""
        return self.rng.random() if self.sampling.temperature > 0 else 0.0

    def take(self, choice: Choice) -> None:
        """Add a token, and finish if it ends the completion."""
        self.choices.append(choice)
        if choice.token in self.ends:
            self.finish_reason, self.text = "stop", self._decoded(self.choices[:-1])
        elif (text := self._stopped()) is not None:
            self.finish_reason, self.text = "stop", text
        elif len(self.choices) >= self.limit:
            self.finish_reason, self.text = "length", self._decoded(self.choices)

    def restart(self) -> None:
        """Forget what was generated; the same seed draws the same again."""
        self.choices.clear()
        self.rng.seed(self.sampling.seed)

    def _decoded(self, choices: Sequence[Choice]) -> str:
        return self.decode([choice.token for choice in choices])

    def _stopped(self) -> str | None:
        """Return the text before the first stop string; None until there is one."""
        text = self._before(self.stop, self.decode) if self.stop else None
        if text is None and self._spelled and self.spell:
            text = self._before(self._spelled, self.spell)
            return None if text is None else self.special.without_hidden(text)
        return text

    def _before(self, stops: Sequence[str], decode: Decode) -> str | None:
        newest = decode([choice.token for choice in self.choices[-self._window :]])
        if not any(stop in newest for stop in stops):
            return None
        text = decode([choice.token for choice in self.choices])
        places = [place for stop in stops if (place := text.find(stop)) >= 0]
        return text[: min(places)] if places else None
