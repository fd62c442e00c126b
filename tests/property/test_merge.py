"""Shards, joined, are the run of the whole."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_evalscope.api import evaluate, merge
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.data import Rows
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.scorers import number
from pytest_evalscope.stats import mean, pass_at_k
from pytest_evalscope.types import Sample


def answer(prompt: str) -> str:
    """Right for even numbers, wrong for most odd ones, no number at all for some."""
    first = int(prompt.split()[0])
    return "who knows" if first % 7 == 3 else str(2 * first + first % 2)


def benchmark(name: str, sizes: dict[str, int], *, grouped: bool, pooled: bool) -> Benchmark:
    return Benchmark(
        name=name,
        data=Rows({subset: [{"n": n} for n in range(size)] for subset, size in sizes.items()}),
        sample=lambda row: Sample(
            input=f"{row['n']} doubled?", target=str(2 * row["n"]), group=str(row["n"] % 3) if grouped else ""
        ),
        score=number(),
        metrics={"accuracy": mean("accuracy"), **({"best": pass_at_k(2)} if pooled else {})},
    )


def content(folder: Path) -> dict[str, object]:
    """What a run folder holds, but for times and the order in which samples ended."""
    made: dict[str, object] = {}
    for path in sorted(folder.rglob("*.json*")):
        name = str(path.relative_to(folder))
        if name.startswith(("predictions", "reviews")):
            lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            for line in lines:
                line.pop("seconds", None)
                if line.get("completion"):
                    line["completion"].pop("timing")
            made[name] = sorted(lines, key=lambda line: (line["sample_id"], line["repeat"]))
        elif not name.startswith("configs/run"):
            made[name] = plain(json.loads(path.read_text("utf-8")))
    return made


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "seconds"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return round(value, 12) if isinstance(value, float) else value


@settings(max_examples=5)
@given(
    count=st.integers(2, 7),
    sizes=st.dictionaries(st.sampled_from(["en", "zh", "fr"]), st.integers(1, 12), min_size=1, max_size=3),
    repeats=st.integers(1, 3),
    limit=st.sampled_from([None, 5]),
    grouped=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_merged_shards_are_the_whole_run(count, sizes, repeats, limit, grouped, order):
    own = [
        benchmark("one", sizes, grouped=grouped, pooled=repeats > 1),
        benchmark("two", {"all": 3}, grouped=False, pooled=False),
    ]
    schema = CollectionSchema("mine", datasets=[DatasetInfo("one", 2), DatasetInfo("two", 1)])
    indexes = [schema] if limit is None else []
    with TemporaryDirectory() as place:
        base = Path(place)
        plan = Settings(work_dir=base, cache="off", repeats=repeats, limit=limit)
        folders = []
        for index in range(1, count + 1):
            part = replace(plan, shard=Shard(index, count))
            one = evaluate(
                own, indexes=indexes, models=[answer], settings=part, folder=base / f"{index}", progress=False
            )
            assert (one.complete, one.indexes, one.shard) == (True, (), f"{index}/{count}")
            folders.append(one.folder)
        whole = evaluate(own, indexes=indexes, models=[answer], settings=plan, folder=base / "whole", progress=False)
        order.shuffle(folders)
        again = folders + folders[:1]
        made = merge(again, base / "merged")
        assert content(made.folder) == content(whole.folder)
        assert [plain(result.to_plain()) for result in made.results] == [
            plain(result.to_plain()) for result in sorted(whole.results, key=lambda one: (one.benchmark, one.subset))
        ]
        assert made.remarks == whole.remarks
