"""The data of benchmarks that judges mark, from rows in the shape of the hub's."""

import json
from typing import Any, cast

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.errors import DataError, UnknownName
from pytest_evalscope.stats import ratio
from pytest_evalscope.types import Columns


@pytest.fixture
def mirror(tmp_path):
    def laid(place, *rows):
        path = tmp_path / f"{place}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return Source(data_dir=tmp_path, offline=True)

    return laid


def test_conversations_of_health_bench_go_by_their_theme(mirror):
    items = [{"criterion": "c", "points": 1, "tags": ["axis:accuracy"]}]
    rows = [
        {"prompt_id": str(n), "prompt": [{"role": "user", "content": "?"}], "rubrics": items,
         "example_tags": [f"theme:{theme}"]}
        for n, theme in enumerate(("hedging", "communication", "hedging"))
    ]  # fmt: skip
    source = mirror("openai/healthbench/default/consensus_2025-05-09-20-00-46", *rows)
    benchmark = load("health_bench")
    assert [sample.id for sample in benchmark.samples("hedging", source)] == ["0", "2"]
    assert list(benchmark.samples("global_health", source)) == []
    with pytest.raises(UnknownName, match="subset of openai/healthbench"):
        list(benchmark.samples("hedgin", source))


def test_a_rubric_with_nothing_to_earn_is_refused_by_its_row(mirror):
    row = {"prompt_id": "1", "prompt": [], "rubrics": [], "example_tags": ["theme:hedging"]}
    source = mirror("openai/healthbench/default/consensus_2025-05-09-20-00-46", row)
    with pytest.raises(DataError, match=r"health_bench/hedging: .*\.jsonl, line 1 does not fit"):
        list(load("health_bench").samples("hedging", source))


def test_questions_of_the_last_exam_go_by_their_category(mirror):
    fields = {"question": "?", "answer": "!", "answer_type": "exactMatch", "image": ""}
    rows = [{"id": category, "category": category, **fields} for category in ("Math", "Biology/Medicine")]
    source = mirror("cais/hle/default/test", *rows)
    assert [sample.id for sample in load("hle").samples("Biology/Medicine", source)] == ["Biology/Medicine"]


def test_stored_replies_are_joined_to_the_prompts_of_the_arena(mirror):
    place = "AI-ModelScope/arena-hard-auto-v0.1"
    mirror(f"{place}/default/test", {"uid": "a", "cluster": "c", "prompt": "A?"}, {"uid": "b", "prompt": "B?"})
    replies = [{"uid": uid, "messages": [{"content": "?"}, {"content": {"answer": f"{uid}!"}}]} for uid in "ba"]
    source = mirror(f"{place}/replies/gpt-4-0314", *replies)
    found = list(load("arena_hard").samples("default", source))
    assert [(sample.id, sample.target) for sample in found] == [("a", "a!"), ("b", "b!")]
    source = mirror(f"{place}/replies/gpt-4-0314", replies[0])
    with pytest.raises(DataError, match="gpt-4-0314 has no completion to a"):
        list(load("arena_hard").samples("default", source))


def test_every_prompt_of_the_arena_has_its_reply(hub_dir):
    found = list(load("arena_hard").samples("default", Source(data_dir=hub_dir, offline=True)))
    assert len(found) == len({sample.id for sample in found}) == 500
    assert all(sample.input and cast("Any", sample.target).strip() for sample in found)


def test_a_win_rate_is_the_rating_of_two_players():
    # Bradley and Terry's likelihood of two players is greatest at the share of games won: a clear win thrice, a tie
    # half. 4 of 4 games, 0.5 of 4, 1.5 of 2.
    values = {"won": [4.0, 0.5, 1.5], "games": [4.0, 4.0, 2.0]}
    columns = Columns(values=values, clusters=range(3), samples=range(3))
    assert ratio("won", "games")(columns).value == 0.6
