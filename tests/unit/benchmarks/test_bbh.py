"""The free answers of BBH: what a completion states last is its answer."""

from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks.reasoning.bbh import BENCHMARK
from pytest_evalscope.types import Completion, Sample


@pytest.mark.parametrize(
    ("reply", "right", "wrong"),
    [
        ("So the answer is 24. Actually 25.", "25", "24"),
        ("So the answer is 24. Wait, that is wrong. The correct answer: 25", "25", "24"),
        ("At first the answer is 24, I think.\n\nAnswer: 25", "25", "24"),
        ('I said the answer is 24.\n\n{"answer": 25}', "25", "24"),
        ("So the answer is 24.\n\n\\boxed{25}", "25", "24"),
        ("So the answer is No. Correction: Yes.", "Yes", "No"),
        ("So the answer is False.\nWait, True.", "True", "False"),
        ("So the answer is 24.\n\nI hope this helps!", "24", "25"),
        ("So the answer is No. No other reading fits.", "No", "Yes"),
        ("So the answer is 24. ✅<|im_end|>", "24", "25"),
    ],
)
def test_what_is_stated_last_is_the_answer(reply, right, wrong):
    for target, accuracy in ((right, 1), (wrong, 0)):
        sample = Sample(id="s", input="How many?", target=target)
        score = cast("Any", BENCHMARK.score)(sample, Completion(text=reply), None)
        assert score.values == {"accuracy": accuracy}
