"""A mixed set: the chosen samples of an index, and the JSONL that carries them.

A record has EvalScope's fields (`index prompt tags categories task_type weight dataset_name subset_name`; `prompt`
is its dumped Sample, whose input is ready to be sent, few-shot examples included) and four of ours, which it skips:

- `leaf`: the number of the record's leaf in the provenance;
- `sample`: the rest of our Sample (id, the question before rendering, group, metadata, media, tools);
- `hash`: of everything in the record but `index` and the provenance;
- `provenance`, in the first record alone: seed, sampler, counts, the schema, and each leaf's share, version and args,
  with a hash of all of it.

One file, so that it stays whole; texts are made as they are written, so that they are never all in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.benchmarks.benchmark import examples_of
from pytest_evalscope.collections.leaf import Leaf
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError
from pytest_evalscope.types import Message, Messages, Row, Sample, definitions, plain

PROVENANCE_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedSet:
    """An index ready to be run. Iterating gives its records, `dump_jsonl_data` writes them, `len` counts them."""

    name: str
    leaves: tuple[Leaf, ...]
    """In the order of their identities; each one's benchmark has just the chosen samples."""
    drawn: Mapping[str, Any] = field(default_factory=dict)
    """Options by which it was sampled: `sampler`, `seed`, `count`, `normalize`, `collection`. Empty for EvalScope's."""
    remarks: tuple[str, ...] = ()
    """Remarks for the reader: shortages, rows that are missing from the data."""
    source: Source
    """The source of the records' texts while iterating."""

    def __len__(self) -> int:
        return sum(part.count for part in members(self))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        from pytest_evalscope.collections.format import record_hash  # with pydantic, which only files need

        index = 0
        for number, leaf in enumerate(self.leaves):
            weight = float(leaf.share / count_of(leaf))
            for subset in leaf.subsets:
                shots = leaf.benchmark.shots(subset, self.source, spare=1)
                for row, sample in with_rows(leaf.benchmark, subset, self.source):
                    messages = _render(leaf, sample, examples_of(sample, shots, leaf.benchmark.few_shot))
                    prompt = _prompt(sample, messages, row["row"])
                    record = _record(leaf, number, subset, prompt, _extra(sample, messages), weight)
                    extra = {"provenance": self.provenance()} if index == 0 else {}
                    yield {"index": index, **record, "hash": record_hash(record), **extra}
                    index += 1

    def __str__(self) -> str:
        from tabulate import tabulate

        rows = [
            [leaf.name, f"{float(leaf.share):.4f}", count_of(leaf), len(leaf.subsets), ", ".join(leaf.tags)]
            for leaf in self.leaves
        ]
        table = tabulate(rows, headers=["leaf", "share", "samples", "subsets", "tags"], disable_numparse=True)
        return "\n".join([f"{self.name}: {len(self)} samples", table, *self.remarks])

    def provenance(self) -> dict[str, Any]:
        """Return the provenance, which the first record carries."""
        leaves = [
            {
                "name": leaf.name,
                "dataset": leaf.dataset,
                "version": leaf.version,
                "share": str(leaf.share),
                "count": count_of(leaf),
                "task_type": leaf.task_type,
                "tags": list(leaf.tags),
                "categories": list(leaf.categories),
                "args": plain(leaf.args),
                "rendered": leaf.rendered,
            }
            for leaf in self.leaves
        ]
        from pytest_evalscope.collections.format import content_hash  # with pydantic, which only files need

        made = {
            "schema": PROVENANCE_SCHEMA,
            "name": self.name,
            **plain(self.drawn),
            "leaves": leaves,
            "remarks": list(self.remarks),
        }
        return {**made, "hash": content_hash(made)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The chosen samples of one subset of one leaf, run and counted as one."""

    leaf: Leaf
    subset: str
    count: int
    """Number of its samples, at least 1."""
    share: Fraction
    """Its share of the index: the leaf's, divided by the leaf's samples, times these. The shares sum to 1."""

    def samples(self, source: Source) -> Iterator[Sample]:
        """Yield the samples, as `leaf.benchmark` runs and scores them."""
        return self.leaf.benchmark.samples(self.subset, source)


def members(mixed: MixedSet) -> tuple[Member, ...]:
    """Return the parts of a mixed set: per leaf and subset the benchmark to run and its share of the index.

    `member.leaf.benchmark` is an ordinary benchmark, named `<set>.<leaf>`, whose data are the chosen samples.
    """
    return tuple(
        Member(leaf=leaf, subset=subset, count=count, share=leaf.share * count / count_of(leaf))
        for leaf in mixed.leaves
        for subset in leaf.subsets
        if (count := leaf.size(subset) or 0)
    )


def with_rows(benchmark: Benchmark, subset: str, source: Source) -> Iterator[tuple[Row, Sample]]:
    """Yield the samples of `subset`, each with the row it was made from."""
    last: list[Row] = []

    def remember(row: Row) -> Sample:
        last[:] = (row,)
        return benchmark.sample(row)

    for sample in replace(benchmark, sample=remember).samples(subset, source):
        yield last[0], sample


def count_of(leaf: Leaf) -> int:
    """Return how many samples of the leaf were chosen."""
    return sum(leaf.size(subset) or 0 for subset in leaf.subsets)


def dump_jsonl_data(data_list: Iterable[Mapping[str, Any]], jsonl_file: str | Path) -> None:
    """Write the records of a mixed set, one JSON object a line; folders are made as needed.

    The file appears when it is complete: an error or a crash half-way leaves the previous file.

    Args:
        data_list: A `MixedSet`, whose records are made one by one, or any records.
        jsonl_file: The file.
    """
    path = Path(jsonl_file).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.writelines(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in data_list)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _prompt(sample: Sample, messages: Messages, row: Row) -> dict[str, Any]:
    """Return the sample as EvalScope dumps it.

    Where scoring needs more than target and choices, EvalScope's benchmarks read the row from the metadata.
    """
    from pytest_evalscope.collections.attachments import prompt_messages  # with the forms of media, which files need

    prompt = {"input": prompt_messages(messages), "target": sample.target, "metadata": row if sample.metadata else {}}
    if sample.choices:
        prompt["choices"] = sample.choices
    made: dict[str, Any] = plain(prompt)
    return made


def _extra(sample: Sample, messages: Messages) -> dict[str, Any]:
    """Return the parts of the sample that the prompt, made of `messages`, has no field for."""
    from pytest_evalscope.collections.attachments import prompt_messages, sample_messages, written_media  # as above

    question = sample.input if isinstance(sample.input, str) else sample_messages(sample.input)
    extra = {
        "id": sample.id,
        **({} if plain(question) == plain(prompt_messages(messages)) else {"input": plain(question)}),
        "language": sample.language,
        "group": sample.group,
        "metadata": plain(sample.metadata),
        "media": written_media(sample.media),
        "tools": plain(definitions(sample.tools)),
    }
    return {name: value for name, value in extra.items() if value or name == "input"}


def _record(
    leaf: Leaf, number: int, subset: str, prompt: Mapping[str, Any], extra: Mapping[str, Any], weight: float
) -> dict[str, Any]:
    record = {
        "prompt": prompt,
        "tags": list(leaf.tags_of(subset)),
        "categories": list(leaf.categories),
        "task_type": leaf.task_type,
        "weight": weight,
        "dataset_name": leaf.dataset,
        "subset_name": subset,
        "leaf": number,
        "sample": extra,
    }
    try:
        orjson.dumps(record)
    except TypeError as error:
        raise DataError(f"{leaf.dataset}/{subset}: sample {extra['id']} cannot be written as JSON ({error})") from None
    return record


def _render(leaf: Leaf, sample: Sample, shots: Sequence[Sample]) -> Messages:
    """Return the prompt of the sample; its bare input where the leaf's solver does not render one."""
    render = getattr(leaf.benchmark.solve, "render", None)
    if render is not None:
        made: Messages = render(sample, shots)
        return made
    question: Message = {"role": "user", "content": sample.input}
    return (question,) if isinstance(sample.input, str) else sample.input
