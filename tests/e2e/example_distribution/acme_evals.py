"""What a distribution of somebody else's may bring: models `acme/WORD`, and the benchmark `acme_riddles`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope import Benchmark, Completion, Rows, Sample, exact
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.types import Chat, Request


@dataclass(frozen=True, slots=True)
class OneWord:
    """A model that has one word for everything."""

    word: str
    can: frozenset[type] = frozenset({Chat})

    @property
    def name(self) -> str:
        return f"acme/{self.word}"

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"acme": self.word}

    async def send(self, request: Request) -> Completion:
        return Completion(text=self.word)

    async def aclose(self) -> None:
        """Hold nothing."""


def open_acme(word: str, options: ModelOptions) -> OneWord:
    """Return the model `acme/<word>`. Raises UsageError."""
    if not word.isalpha():
        raise UsageError(f"acme/{word}: not a word ({word!r}); accepted: letters")
    return OneWord(word)


RIDDLES = Benchmark(
    name="acme_riddles",
    data=Rows([{"q": "What has a bed and never sleeps?", "a": "river"}, {"q": "What has teeth and a comb?", "a": "x"}]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=exact(),
)
