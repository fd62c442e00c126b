"""The data card of a mixed set: README.md of the repository that it is published in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any, NamedTuple

from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.collections.inspect import Contents, Portion
from pytest_evalscope.reports.escape import markdown
from pytest_evalscope.reports.table import Note, Table, markdown_lines

LICENCES = frozenset(
    {
        *("apache-2.0", "mit", "bsd-3-clause", "cc0-1.0", "odc-by", "afl-3.0"),
        *("cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0"),
    }
)
"""The hubs' identifiers of the licences that data sets have; any other licence is `other` to them."""
UNKNOWN = "unknown"

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Card(NamedTuple):
    """A data card, and the hub's identifier of the set's licence."""

    text: str
    licence: str


def data_card(contents: Contents, repository: str, *, hub: str = "huggingface") -> Card:
    """Return the data card of a mixed set.

    It lists the leaves of the set, with shares and the licences that their benchmarks' cards state, how it was sampled,
    and how it is run. The licence is that of all leaves if they have one in common, else `other`.
    """
    known = {portion.dataset: _benchmark(portion.dataset) for portion in contents.portions}
    licences = {name: (benchmark.licence if benchmark else "") or UNKNOWN for name, benchmark in known.items()}
    common = {licence.lower() for licence in licences.values()}
    licence = next(iter(common)) if len(common) == 1 and common <= LICENCES else "other"
    sections = [
        _front_matter(contents, licence, known),
        f"# {markdown(contents.name)}",
        _opening(contents),
        *_section("Leaves", _lines(_leaves(contents.portions, known, licences))),
        *_section("Licence", _licence(licences)),
        *_section("How it was sampled", _sampling(contents)),
        *_section("How to run it", _running(repository, hub, known)),
    ]
    return Card("\n\n".join(sections) + "\n", licence)


def _benchmark(name: str) -> Benchmark | None:
    return load(name) if name in names() else None


def _front_matter(contents: Contents, licence: str, known: Mapping[str, Benchmark | None]) -> str:
    languages = sorted({language for benchmark in known.values() if benchmark for language in benchmark.languages})
    size = next((size for most, size in _SIZES if contents.count < most), "n>1M")
    facts: dict[str, Any] = {
        "license": licence,
        **({"language": languages} if languages else {}),
        "pretty_name": contents.name,
        "tags": ["evaluation", "pytest-evalscope", "evalscope"],
        "size_categories": [size],
        "configs": [{"config_name": "default", "data_files": [{"split": "test", "path": "test.jsonl"}]}],
    }
    # JSON is YAML, and quotes whatever a name may contain.
    return "\n".join(["---", *(f"{key}: {dumps(value, ensure_ascii=False)}" for key, value in facts.items()), "---"])


def _opening(contents: Contents) -> str:
    return (
        f"A mixed set for a weighted index of language models: {contents.count:,} samples of {len(contents.portions)} "
        "data sets, each with its weight. It is made to be run by pytest-evalscope; EvalScope reads it too."
    )


def _section(title: str, body: Sequence[str]) -> Iterator[str]:
    yield f"## {title}"
    yield from body


def _lines(table: Table) -> list[str]:
    return ["\n".join(markdown_lines([table]))]


def _leaves(portions: Sequence[Portion], known: Mapping[str, Benchmark | None], licences: Mapping[str, str]) -> Table:
    headers = ("leaf", "share", "samples", "subsets", "task type", "tags", "data", "licence")
    rows = tuple(
        (
            portion.name,
            f"{float(portion.share):.4f}",
            f"{portion.count:,}",
            ", ".join(portion.subsets),
            portion.task_type,
            ", ".join(portion.tags),
            _data_of(known[portion.dataset]),
            licences[portion.dataset],
        )
        for portion in portions
    )
    return Table(title="", headers=headers, rows=rows, numbers=frozenset({"share", "samples"}))


def _data_of(benchmark: Benchmark | None) -> str:
    return str(getattr(benchmark.data, "id", "")) if benchmark else ""


def _licence(licences: Mapping[str, str]) -> list[str]:
    stated = sorted({licence for licence in licences.values() if licence != UNKNOWN})
    unknown = sorted(name for name, licence in licences.items() if licence == UNKNOWN)
    terms = [f"The samples are rows of the data sets above and stay under their licences ({', '.join(stated)})."]
    if unknown:
        terms.append(
            f"Which licence these have is not known here: {', '.join(unknown)}. Whoever passes them on has to say so."
        )
    return ["\n".join(map(markdown, terms if stated else terms[1:]))]


def _sampling(contents: Contents) -> list[str]:
    options = contents.drawn
    lines = [f"{key}: {options[key]}" for key in ("sampler", "seed", "count", "normalize") if key in options]
    lines += [f"{portion.name}: version {portion.version}" for portion in contents.portions if portion.version]
    lines += [f"note: {remark}" for remark in contents.remarks]
    lines.append(f"SHA-256 of test.jsonl: {_sha256(contents.path)}")
    made = ["\n".join(markdown_lines([Note(lines=tuple(lines))]))]
    if "collection" in options:
        made += ["The schema, with weights as they were written:", _json(options["collection"])]
    return made


def _running(repository: str, hub: str, known: Mapping[str, Benchmark | None]) -> list[str]:
    option = "" if hub == "huggingface" else f" --hub {hub}"
    missing = sorted(name for name, benchmark in known.items() if benchmark is None)
    extra = "hub" if hub == "huggingface" else hub
    made = [
        _block(
            "sh",
            f"pip install 'pytest-evalscope[{extra}]'",
            f"pytest-evalscope index pull {repository}{option} -o index.jsonl",
            "pytest --eval-index=index.jsonl --model=openai/gpt-4o-mini",
        ),
        (
            'In a test, `@index("index.jsonl")` and the fixture `report` gate it. EvalScope evaluates it as the data '
            "set `data_collection`, with the folder that `test.jsonl` is in as its `local_path`."
        ),
    ]
    if missing:
        made.append(markdown(f"It needs benchmarks that do not come with pytest-evalscope: {', '.join(missing)}."))
    return made


def _json(value: Any) -> str:
    # A backtick in a name must not end the block: JSON may write it otherwise.
    return _block("json", dumps(value, ensure_ascii=False, indent=2).replace("`", "\\u0060"))


def _block(language: str, *lines: str) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
