"""Parts that the sets of named entities share: these differ in texts and types only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.data.dataset import Dataset
from pytest_evalscope.scorers import entities
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import f1, ratio
from pytest_evalscope.text import bio_spans, tag_entities
from pytest_evalscope.types import Metric, Row, Sample

Types = Mapping[str, tuple[str, str]]
"""Type as the data names it → its name in tags, and what it means."""

TEMPLATE = (
    "Mark the named entities in the text below. Their types:\n{types}\n\n"
    "Repeat the text without changing anything, and put every entity between the tags of its type: "
    "<{first}>…</{first}>. The tags are {tags}; use no others. Where two entities would overlap, mark the one whose "
    "type says more.\n"
    "Your whole answer stands between <response> and </response>: the text with its tags and nothing else.\n\n"
    "Text:\n{input}"
)


def ner(
    name: str,
    types: Types = MappingProxyType({}),
    *,
    domains: Mapping[str, Types] = MappingProxyType({}),
    title: str,
    description: str,
    paper: str,
    licence: str,
    rows: int | None,
    tags: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("en",),
    few_shot: int = 5,
    per_type: bool = False,
    data: Dataset | None = None,
) -> Benchmark:
    """Return the benchmark of one set of the family, whose rows hold `tokens` and BIO tags `ner_tags`.

    Args:
        name: The benchmark's name, and that of the data set in extraordinarylab's collection on the hubs.
        types: The types.
        domains: In their place domain → types, where every row names its `domain`.
        title: For the card, as are description, paper, licence, tags and languages.
        description: What the texts are.
        paper: Where the set comes from.
        licence: Of the texts and their annotation.
        rows: How many texts the test part has; None if nobody says.
        tags: Besides `ner`.
        languages: Of the texts.
        few_shot: Number of few-shot examples, the first of the training part; 0 for a set without one.
        per_type: Whether every type has an F1 of its own.
        data: Where the rows are, if not where the others have them.
    """
    domains = domains or {"": types}
    known = tuple(dict.fromkeys(name for some in domains.values() for name, _ in some.values()))
    metrics: dict[str, Metric] = {
        "f1": f1(),
        "precision": ratio("correct", "predicted", empty=0.0),
        "recall": ratio("correct", "expected", empty=0.0),
    }
    if per_type:
        metrics |= {f"f1_{kind}": f1(f"correct_{kind}", f"predicted_{kind}", f"expected_{kind}") for kind in known}
    return Benchmark(
        name=name,
        version="2",  # how answers are read
        title=title,
        description=description,
        task_type="ner",
        tags=("ner", "knowledge", *tags),
        languages=languages,
        paper=paper,
        licence=licence,
        reference="EvalScope 1.14 (form of the answer, types, few-shot examples; the prompt is written anew), seqeval",
        data=data or hub(name, rows=rows, few_shot=few_shot),
        sample=_reader(domains),
        solve=chat(
            template=TEMPLATE,
            few_shot=few_shot,
            shot_template="Input:\n{input}\n\nOutput:\n{target}",
            shots_intro="Here are some examples of named entity recognition:",
        ),
        score=entities(types=known, per_type=per_type),
        metrics=metrics,
        params={"temperature": 0.0},
    )


def hub(name: str, *, rows: int | Mapping[str, int] | None, few_shot: int, config: str = "default") -> Hub:
    """Return where the collection has the set of this name; `config` as for `Hub`."""
    subsets = tuple(rows) if isinstance(rows, Mapping) else ()
    found = Hub(f"extraordinarylab/{name.replace('_', '-')}", config=config, subsets=subsets, rows=rows)
    return replace(found, few_shot_split="train") if few_shot else found


def _reader(domains: Mapping[str, Types]) -> Callable[[Row], Sample]:
    def read(row: Row) -> Sample:
        """Return the text with the entities that its tags mean, under the names that a completion uses."""
        types = domains[row.get("domain", "")]
        tokens = [str(token) for token in row["tokens"]]
        names = {key.upper(): name for key, (name, _) in types.items()}
        if len(tokens) != len(row["ner_tags"]) or not any(map(str.strip, tokens)):
            raise ValueError(
                f"{len(tokens)} tokens with {len(row['ner_tags'])} tags; as many tags as tokens are wanted"
            )
        spans = [(names.get(kind.upper(), kind.lower()), start, end) for kind, start, end in bio_spans(row["ner_tags"])]
        return Sample(
            input=" ".join(tokens),
            target=f"<response>{tag_entities(tokens, spans)}</response>",
            metadata={
                "tokens": tokens,
                "entities": spans,
                "types": "\n".join(f"- {name}: {meaning}" for name, meaning in types.values()),
                "tags": ", ".join(f"<{name}>" for name, _ in types.values()),
                "first": next(iter(types.values()))[0],
            },
        )

    return read
