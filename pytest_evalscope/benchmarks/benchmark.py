"""A benchmark: data, prompt, scorer, metrics, and its card."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pytest_evalscope.data.dataset import Dataset, Source
from pytest_evalscope.errors import (
    DataError,
    EvalscopeError,
    MediaError,
    ScorerError,
    UnknownName,
    UsageError,
    described,
    is_interrupt,
)
from pytest_evalscope.scorers.functions import ScoreFunction, scorer_of
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean, values_read
from pytest_evalscope.types import MakeSample, Metric, Sample, Scorer, Solver
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import made_beside

if TYPE_CHECKING:
    from pytest_evalscope.types import Environment

SHARES = frozenset(("accuracy", "exact_match", "f1", "precision", "recall"))
"""Metrics that lie in [0, 1] whatever a scorer of ours is given, and so do those of repeats."""
FIRST_SIZE = 1024
"""Places of the table of `Ids` at first."""


class _ScoreSlot:
    """The field `score`: a scorer or a plain function goes in, a scorer comes out."""

    def __get__(self, benchmark: Benchmark | None, kind: type[Benchmark]) -> Scorer:
        if benchmark is None:
            raise AttributeError("score")  # so that the dataclass sees no default
        scorer: Scorer = vars(benchmark)["score"]
        return scorer

    def __set__(self, benchmark: Benchmark, score: Scorer | ScoreFunction) -> None:
        vars(benchmark)["score"] = score


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A benchmark as a value; to make one, fill in the slots. There is nothing to inherit and no registry to edit."""

    name: str
    data: Dataset
    """The rows: `Hub(…)`, `Packaged(…)`, `File(…)` or `Rows(…)`."""
    sample: MakeSample
    """Row → Sample."""
    score: _ScoreSlot = _ScoreSlot()
    """Sample + Completion → Score: a scorer, or a function `(sample, completion)` or `(sample, completion, context)`
    that returns a bool, a number or a Score. A function's one value is named `accuracy`, or as `metrics` or
    `primary_metric` say."""
    solve: Solver = field(default_factory=chat)
    """The solver, which obtains a completion; any async function `(sample, context) → Completion` will do."""
    environment: Environment | None = None
    """The world that an agent acts in: each sample has a session of its own, as `context.environment`."""
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    """Metric → function of all scores; empty: the mean of each of the scorer's values."""
    primary_metric: str = ""
    """The metric of gates and of the index; empty: the first one."""
    aggregation: str = "mean"
    """Metrics of repeats besides the mean: `mean_and_pass_at_k`, `mean_and_pass_hat_k`, `mean_and_vote_at_k`.
    With `--eval-repeats=5` the first adds the metric `pass_at_5`."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Generation parameters that belong to the benchmark; the user's own override them."""

    axes: tuple[str, ...] = ()
    """Two of the scorer's values: reports show the primary metric, a value of the scorer too, for each pair of them as
    a heat map; the first runs across, the second down."""
    vary: Callable[..., Benchmark] | None = None
    """Function that makes the benchmark with options of its own (`extra`); None: it has none. With a parameter `path`
    it also takes files of the user's own (`local_path`)."""

    version: str = "1"
    """Raised whenever a prompt or a score may change: results of two versions do not compare."""
    title: str = ""
    description: str = ""
    task_type: str = ""
    tags: tuple[str, ...] = ()
    """Tags in the index: those of any subset."""
    subset_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Subset → those of `tags` that not every subset has; a tag that no subset has here is of all of them."""
    languages: tuple[str, ...] = ("en",)
    paper: str = ""
    licence: str = ""
    reference: str = ""
    """Sources of the prompt and of the scoring rule."""
    needs: tuple[str, ...] = ()
    """Extras of this package that must be installed; `judge`, `sandbox`; the kinds of media that its model must take:
    `image`, `audio`, `video`. Scorer and environment add theirs."""

    def __post_init__(self) -> None:
        self._refuse_misfits()
        vars(self)["score"] = scorer_of(self.score, self._values(), where=f"benchmark {self.name}")
        needs = (*self.needs, *getattr(self.score, "needs", ()), *getattr(self.environment, "needs", ()))
        object.__setattr__(self, "needs", tuple(dict.fromkeys(needs)))
        if not self.metrics:
            object.__setattr__(self, "metrics", {name: mean(name) for name in self.score.metrics})
        if not self.primary_metric:
            object.__setattr__(self, "primary_metric", next(iter(self.metrics)))
        if self.primary_metric not in self.metrics:
            raise UnknownName(f"primary metric of {self.name}", self.primary_metric, self.metrics)
        for name in (*self.axes, *([self.primary_metric] if self.axes else [])):
            if name not in self.score.metrics:
                raise UnknownName(f"value of the scorer of {self.name}, for a heat map", name, self.score.metrics)
        if len(self.axes) not in (0, 2):
            raise UsageError(f"{self.name}: a heat map has two axes ({', '.join(self.axes)}); name two values or none")

    def _refuse_misfits(self) -> None:
        """Raise UsageError for a value that does not fit its slot: it would fail far from where it was written."""
        data = self.data
        if isinstance(data, type) or not all(callable(getattr(data, method, None)) for method in ("read", "size")):
            fits = "File(…)" if isinstance(data, (str, PurePath)) else "Rows([…])"
            hint = "" if isinstance(data, type) or data is None else f"put it in {fits}: Benchmark(data={fits}, …)"
            raise self._misfit("data", data, "Rows([…]), File(…), Hub(…)", hint)
        if not callable(self.sample):
            raise self._misfit("sample", self.sample, "a function from a row to a Sample")
        if not callable(self.solve):
            raise self._misfit("solve", self.solve, "a solver such as chat(), or an async function (sample, context)")
        metrics: object = self.metrics
        if not isinstance(metrics, Mapping):
            raise self._misfit(
                "metrics", metrics, "metric → function of all scores, such as {'accuracy': mean('accuracy')}"
            )
        for name, metric in metrics.items():
            if not callable(metric):
                raise self._misfit(f"metrics[{name!r}]", metric, f"a function of all scores, such as mean({name!r})")

    def _misfit(self, slot: str, value: object, accepted: str, hint: str = "") -> UsageError:
        name = (value if isinstance(value, type) else type(value)).__name__
        article = "the class" if isinstance(value, type) else "an" if name[0] in "aeiou" else "a"
        return UsageError(f"Benchmark {self.name}: {slot} is {article} {name}; accepted: {accepted}", hint=hint)

    def tags_of(self, subset: str, tags: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return those of `tags` (the benchmark's own, if left out) that `subset` has."""
        own = self.subset_tags.get(subset, ())
        others = {tag for each in self.subset_tags.values() for tag in each}.difference(own)
        return tuple(tag for tag in (self.tags if tags is None else tags) if tag not in others)

    def is_share(self, metric: str) -> bool:
        """Return whether a metric is known to lie in [0, 1]: one of our scorers, judges excepted."""
        module = type(self.score).__module__
        others = ("pytest_evalscope.scorers.judging.", "pytest_evalscope.scorers.functions")
        ours = module.startswith("pytest_evalscope.") and not module.startswith(others)
        return ours and bool(values_read(self.metrics[metric])) and (metric in SHARES or "_at_" in metric)

    def _values(self) -> tuple[str, ...]:
        """Return the values that a plain function gives: those its metrics read, as far as they are known."""
        read = tuple(dict.fromkeys(name for metric in self.metrics.values() for name in values_read(metric)))
        return read or (self.primary_metric or next(iter(self.metrics), "accuracy"),)

    def samples(
        self, subset: str, source: Source, *, limit: int | None = None, options: Mapping[str, Any] | None = None
    ) -> Iterator[Sample]:
        """Yield the samples of `subset` with their ids filled in; at most `limit` rows are read.

        Raises DataNotFound, and DataError for a row that the benchmark cannot read or a repeated id.
        """
        ids = Ids()
        source = source if limit is None else replace(source, most=limit)
        for number, row in enumerate(islice(self.data.read(subset, source=source), limit)):
            sample = self._read(row, subset, number, check=getattr(self.score, "check_sample", None))
            times = ids.times(sample.id)
            # The same content twice is two samples: the second gets a suffix that no insertion elsewhere moves.
            yield replace(sample, id=f"{sample.id}~{times}") if times else sample

    @property
    def few_shot(self) -> int:
        """Number of few-shot examples that the solver uses."""
        return int(getattr(self.solve, "few_shot", 0))

    def shots(self, subset: str, source: Source, *, spare: int = 0) -> tuple[Sample, ...]:
        """Return as many few-shot examples as the solver uses, the first of the few-shot part.

        `spare` more are read where the data has them, to take the place of an example that is the question itself.

        Raises DataError when the data has fewer than are used.
        """
        count = self.few_shot
        if not count:
            return ()
        most = count + spare
        rows = islice(self.data.read(subset, part="few_shot", source=replace(source, most=most)), most)
        shots = tuple(self._read(row, subset, number) for number, row in enumerate(rows))
        if len(shots) < count:
            raise DataError(f"{self.name}/{subset}: {count} few-shot examples requested, the data has {len(shots)}")
        return shots

    def _read(
        self, row: Mapping[str, Any], subset: str, number: int, *, check: Callable[[Sample], None] | None = None
    ) -> Sample:
        where = f"{self.name}/{subset}: {getattr(row, 'place', f'row {number}')}"
        try:
            sample = made_beside(getattr(row, "folder", None), self.sample, row)
            if not isinstance(sample, Sample):
                raise DataError(f"`sample` returned no Sample ({type(sample).__name__}); accepted: a Sample")
            digest = content_id(sample)
            if check is not None:
                check(sample)
        except (DataError, ScorerError) as error:
            kind = MediaError if isinstance(error, MediaError) else DataError
            raise kind(f"{where}: {error.message}", hint=error.hint) from error
        except EvalscopeError:
            raise
        except BaseException as error:  # a user's own function may raise anything
            if is_interrupt(error):
                raise
            fields = ", ".join(map(str, row)) if isinstance(row, Mapping) else ""
            raise DataError(f"{where} does not fit ({described(error)}); its fields: {fields or 'none'}") from error
        language = sample.language or (language_of(subset, self.languages) if self.languages else "")
        return replace(sample, id=sample.id or digest, digest=digest, subset=subset, language=language)


def language_of(subset: str, languages: Sequence[str]) -> str:
    """Return the one of `languages` that a subset is in, by the beginning of its name (`de`, `DE_DE`, `de-low`)."""
    if len(languages) == 1:
        return languages[0]
    begun = subset.replace("_", "-").partition("-")[0].lower()
    return begun if begun in languages else ""


def examples_of(sample: Sample, shots: Sequence[Sample], count: int) -> tuple[Sample, ...]:
    """Return at most `count` few-shot examples of a sample: the first of `shots` that are not the sample itself."""
    return tuple(shot for shot in shots if shot.digest != sample.digest)[:count]


def content_id(sample: Sample) -> str:
    """Return 16 hex digits that depend on the question and the right answer, and on nothing else.

    Of pictures, sound and video the hash of their bytes counts, not where they are.
    """
    media = [sample.media] if sample.media else []
    content = to_json([sample.input, sample.choices, sample.target, sample.group, *media])
    return hashlib.blake2b(content, digest_size=8).hexdigest()


class Ids:
    """The ids of a data set so far, which may have millions: 12 to 24 bytes for each.

    They are hashes of 64 bits in a table with linear probing. Two ids of a million share a hash with a probability of
    3e-8; the second would then count as a repetition.
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * FIRST_SIZE))
        self._used = 0
        self._repeated: dict[int, int] = {}

    def times(self, text: str) -> int:
        """Return how often `text` was given before."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "big") or 1  # 0 is a free place
        place = self._place(key)
        if self._table[place]:
            self._repeated[key] = self._repeated.get(key, 0) + 1
            return self._repeated[key]
        self._table[place] = key
        self._used += 1
        if 3 * self._used > 2 * len(self._table):
            self._double()
        return 0

    def _place(self, key: int) -> int:
        """Return where `key` is, or the free place where it belongs."""
        table, last = self._table, len(self._table) - 1
        place = key & last
        while table[place] and table[place] != key:
            place = (place + 1) & last
        return place

    def _double(self) -> None:
        keys = self._table
        self._table = array("Q", bytes(16 * len(keys)))
        for key in keys:
            if key:
                self._table[self._place(key)] = key
