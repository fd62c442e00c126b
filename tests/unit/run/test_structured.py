"""Structured targets, integer ids and what an application retrieved: from the sample to the record and back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_evalscope.api import evaluate, merge
from pytest_evalscope.api.rescore import rescore
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data, load_mixed
from pytest_evalscope.data import Rows
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import choice, exact, includes, judge, number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import EVERY_REQUEST, Completion, Sample
from pytest_evalscope.types.shard import Shard

TARGETS: list[Any] = [{"n": 1, "of": ["a", None]}, 3, 0, True, None, [1, "x"], ["x", "y"], "x", {"ü": {"deep": [[]]}}]


def parsed(sample: Sample, completion: Completion) -> bool:
    assert completion.context == {"documents": [{"text": sample.input, "score": 0.5}]}
    return bool(json.loads(completion.text) == sample.target)


BENCHMARK = Benchmark(
    name="parsed",
    data=Rows([{"n": n, "target": target} for n, target in enumerate(TARGETS)]),
    sample=lambda row: Sample(id=row["n"], input=f"q {row['n']}", target=row["target"], group=row["n"] // 2),
    score=parsed,
)


class Application:
    """An application with an identity, so that its completions are cached."""

    name, identity, can = "app", {"app": 1}, EVERY_REQUEST

    async def send(self, request):
        question = request.messages[-1]["content"]
        target = TARGETS[int(question.split()[1])]
        return Completion(text=json.dumps(target), context={"documents": [{"text": question, "score": 0.5}]})

    async def aclose(self) -> None:
        pass


@pytest.fixture
def scored(tmp_path):
    def made(benchmark: Benchmark = BENCHMARK, **fields: Any) -> Any:
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, **fields)
        return evaluate([benchmark], models={"app": Application()}, settings=settings)

    return made


def targets_in(folder: Any) -> list[Any]:
    records = read_records(RunFolder(folder), "app", "parsed", "default")
    return [record.target for record in sorted(records, key=lambda record: int(record.sample_id))]


KEPT = [tuple(target) if target == ["x", "y"] else target for target in TARGETS]


def test_they_are_scored_recorded_and_read_back(scored):
    made = scored()
    assert made.results[0].primary == 1.0, made.results[0].message
    assert targets_in(made.folder) == KEPT
    (path,) = (made.folder / "predictions").glob("*/*/*.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert all(line["completion"]["context"]["documents"][0]["score"] == 0.5 for line in lines)
    assert {line["sample_id"] for line in lines} == {str(n) for n in range(len(TARGETS))}


def test_they_come_back_from_the_cache_and_from_a_run_folder(scored, tmp_path):
    first = scored()
    assert first.results[0].requests == len(TARGETS)
    again = scored(cache="replay")
    assert (again.results[0].primary, again.results[0].requests) == (1.0, 0)
    replayed = scored(run_dir=first.folder)
    assert replayed.results[0].primary == 1.0
    assert targets_in(replayed.folder) == KEPT
    rescored = rescore(first.folder, tmp_path / "rescored", benchmarks=[BENCHMARK])
    assert rescored.summary.results[0].primary == 1.0


def test_they_are_merged(scored, tmp_path):
    parts = [scored(shard=Shard(index, 2)).folder for index in (1, 2)]
    merged = merge(parts, tmp_path / "merged")
    assert merged.results[0].primary == 1.0
    assert targets_in(tmp_path / "merged") == KEPT


def test_they_are_in_a_mixed_file(tmp_path):
    mixed = WeightedSampler(CollectionSchema("mine", datasets=[DatasetInfo("parsed")]), benchmarks=[BENCHMARK]).sample()
    path = tmp_path / "mixed.jsonl"
    dump_jsonl_data(mixed, path)
    read = load_mixed(path, benchmarks=[BENCHMARK])
    samples = list(read.leaves[0].benchmark.samples("default", read.source))
    assert [sample.target for sample in sorted(samples, key=lambda sample: int(sample.id))] == KEPT


@pytest.mark.parametrize("scorer", [exact(), includes(), number()])
def test_a_scorer_of_texts_refuses_them(scored, scorer):
    texts = ("x", ["x", "y"])
    rows = [{"n": n, "target": target} for n, target in enumerate(TARGETS) if target not in texts]
    result = scored(replace(BENCHMARK, score=scorer, metrics={}, primary_metric="", data=Rows(rows))).results[0]
    assert dict(result.outcomes) == {"scorer_error": len(rows)}
    assert "target: neither a text nor texts" in result.message


def test_choice_refuses_them_as_rows_are_read(scored):
    rows = [{"n": n, "target": target} for n, target in enumerate(TARGETS)]
    result = scored(replace(BENCHMARK, score=choice(), metrics={}, primary_metric="", data=Rows(rows))).results[0]
    assert not result.outcomes
    assert "target" in result.message


def test_a_judge_reads_them_as_json(tmp_path):
    seen: list[str] = []

    def answer(messages: Any) -> str:
        seen.append(json.dumps(messages, ensure_ascii=False))
        return '{"reason": "so", "verdict": "CORRECT"}'

    import sys
    from types import SimpleNamespace

    sys.modules["reading_judge"] = SimpleNamespace(answer=answer)  # type: ignore[assignment]  # as good as a module
    judged = Benchmark(
        name="judged", data=Rows([{}]), sample=lambda row: Sample(input="q", target={"n": 1}), score=judge()
    )
    settings = Settings(cache="off", work_dir=tmp_path, judges=("python/reading_judge:answer",))
    made = evaluate([judged], models=["fake/echo"], settings=settings)
    del sys.modules["reading_judge"]
    assert made.results[0].primary == 1.0, made.results[0].message
    assert any('{\\\\\\"n\\\\\\": 1}' in one or '{\\"n\\": 1}' in one for one in seen)


class Both:
    """Rows whose few-shot examples are the same rows."""

    subsets = ("default",)

    def __init__(self, count: int) -> None:
        self.count = count

    def size(self, subset: str) -> int:
        return self.count

    def read(self, subset: str, *, part: str = "eval", source: Any) -> Any:
        return ({"q": f"q{n}"} for n in range(self.count))


@pytest.mark.parametrize(("count", "left"), [(6, 3), (3, 2)])
def test_a_question_is_not_among_its_own_examples(tmp_path, count, left):
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "a"

    shown = Benchmark(
        name="shown",
        data=Both(count),
        sample=lambda row: Sample(input=row["q"], target=f"answer to {row['q']}"),
        solve=chat(few_shot=3),
        score=exact(),
    )
    made = evaluate([shown], models=[answer], settings=Settings(work_dir=tmp_path))
    folder = RunFolder(made.folder)
    (path,) = (folder.path / "predictions").glob("*/*/*.jsonl")
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        text = json.dumps(line["messages"])
        question = line["messages"][-1]["content"]
        name = next(f"q{n}" for n in range(count) if question.rstrip().endswith((f"q{n}", f"q{n}\nAnswer:")))
        assert f"answer to {name}" not in text
        assert text.count("answer to ") == (left if name in ("q0", "q1", "q2") else 3)
    assert made.results[0].own_examples == 3
    assert any("3 samples were among the examples, and left out of their own" in remark for remark in made.remarks)
