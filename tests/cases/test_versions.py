"""What decides the results of a benchmark changes together with its version, and by nobody's slip."""

import json
import runpy
from pathlib import Path

import pytest

MADE = runpy.run_path(str(Path(__file__).with_name("versions.py")))
WRITTEN = json.loads(MADE["FILE"].read_text(encoding="utf-8"))


def test_every_benchmark_of_ours_is_there_in_order():
    assert list(WRITTEN) == MADE["ours"]()


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_that_decides_results_changed_unseen(name):
    found, known = MADE["parts"](name), WRITTEN[name]
    changed = [part for part in found if found[part] != known.get(part)]
    assert changed == [], (
        f"{name}: {', '.join(changed)} changed; raise its version unless results stay the same, and then "
        "run: python tests/cases/versions.py"
    )


def test_a_change_is_seen_wherever_it_is():
    told, digest = MADE["told"], MADE["digest"]
    assert told({"a": (1, 2.5), "b": {"z", "y"}, "c": test_every_benchmark_of_ours_is_there_in_order}) == {
        "a": [1, 2.5],
        "b": ["y", "z"],
        "c": "test_every_benchmark_of_ours_is_there_in_order",
    }
    assert len({digest(value) for value in (1, 1.5, "1", [1], [], None, {"a": 1}, {"a": 2})}) == 8
