"""Rows in the schema of their hub, laid out as a mirror, are read, told apart, and answered by their own targets.

The rows are those of the case files (`tests/cases/<name>.yaml`): whoever adds a benchmark writes them there, at least
two for one that no mirror has rows of.
"""

import asyncio
import inspect
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.data import Hub, Source
from pytest_evalscope.solvers import likelihood
from pytest_evalscope.types import Completion, Context

CASES = Path(__file__).parents[2] / "cases"
FROM_A_HUB = [name for name in names() if (CASES / f"{name}.yaml").is_file() and isinstance(load(name).data, Hub)]

VERBATIM = {"openai_mrcr"}
"""Whose reply must be the target, and nothing around it."""


def rows(name):
    """Subset → the rows of the case file that belong to it."""
    found = defaultdict(list)
    for case in yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader):
        found[case.get("subset") or load(name).data.subsets[0]].append(case["row"])
    return found


def lay_out(folder, name):
    """Write the rows of a benchmark where a mirror has them; subsets may share a file."""
    data: Any = load(name).data
    files: dict[Any, list[Any]] = defaultdict(list)
    for subset, some in rows(name).items():
        config, split = (part.replace("{subset}", subset) for part in (data.config, data.split))
        files[folder / data.id / config / f"{split}.jsonl"] += some
    for path, lines in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


async def primary(name, sample, reply):
    benchmark = load(name)
    score = benchmark.score(sample, Completion(text=reply), Context(model=cast("Any", None)))
    score = await score if inspect.isawaitable(score) else score
    return score.values.get(benchmark.primary_metric)


@pytest.mark.parametrize("name", FROM_A_HUB)
def test_rows_of_a_hub_are_read_and_answered_by_their_targets(name, tmp_path):
    lay_out(tmp_path, name)
    source, benchmark = Source(data_dir=tmp_path, offline=True), load(name)
    for subset, some in rows(name).items():
        samples = list(benchmark.samples(subset, source))
        assert len(samples) == len({sample.id for sample in samples}) == len(some)
        assert {sample.subset for sample in samples} == {subset}
        # A judge or a sandbox has no place here, a metric over all samples is no mark of one, and log-probabilities are
        # no reply: the cases try those.
        alone = not {"judge", "sandbox"} & set(benchmark.needs) and benchmark.primary_metric in benchmark.score.metrics
        alone = alone and not isinstance(benchmark.solve, likelihood)
        for sample in samples if alone else ():
            targets = (sample.target,) if isinstance(sample.target, str) else sample.target
            for target in filter(None, targets):
                said = target if name in VERBATIM else f"So.\n\nANSWER: {target}"
                assert asyncio.run(primary(name, sample, said)) == 1.0
            assert asyncio.run(primary(name, sample, "")) in (0.0, None)
