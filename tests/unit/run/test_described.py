"""Metrics as a run folder tells of them: made again, they say the same."""

import json
import random

from pytest_evalscope.benchmarks import load, names
from pytest_evalscope.errors import GateError
from pytest_evalscope.scorers import bleu, chrf
from pytest_evalscope.stats import described, metric_of
from pytest_evalscope.types import Columns


def test_every_metric_of_the_catalogue_is_made_again_from_its_description():
    draw = random.Random(3)
    kinds = set()
    for name in names():
        benchmark = load(name)
        rows = range(12)
        columns = Columns(
            values={key: [float(draw.randint(0, 1)) for _ in rows] for key in benchmark.score.metrics},
            clusters=[row // 2 for row in rows],
            samples=[row // 2 for row in rows],
            answers=[draw.randint(0, 2) for _ in rows],
        )
        for key, metric in benchmark.metrics.items():
            told = json.loads(json.dumps(described(metric)))
            again = metric_of(told, {"bleu": bleu, "chrf": chrf})
            assert again is not None, f"{name}: {key}"
            assert described(again) == told
            kinds.add(told[0])
            try:
                made = metric(columns)
            except GateError:
                continue
            assert again(columns) == made
            assert again(columns).stderr == made.stderr
    assert kinds >= {"mean", "ratio", "f1", "harmonic", "mean_ratio", "perplexity", "clipped", "bleu", "chrf"}
