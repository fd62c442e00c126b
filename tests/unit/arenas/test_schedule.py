"""A whole tournament between recorded replies, judged by a judge that always says the same."""

import json
from typing import Any

import pytest

from pytest_evalscope.arenas import Entrant, Field, fight
from pytest_evalscope.run import Run, RunFolder, Settings, read_records

TIE = 'fake/fixed:{"reason": "", "verdict": "tie"}'


@pytest.fixture
def entrant(tmp_path):
    """Writes the replies of a model to two prompts of the subset `easy` of `stored`, and to one of `hard`."""

    def made(name, model):
        folder = tmp_path / name
        for subset, prompts in (("easy", ("s", "t")), ("hard", ("u",))):
            for kind in ("predictions", "reviews"):
                path = RunFolder(folder).file(kind, model, "stored", subset)
                path.parent.mkdir(parents=True, exist_ok=True)
                rows = [recorded(kind, prompt, f"{name} of {prompt}") for prompt in prompts]
                path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return Entrant(name=name, folder=folder, model=model)

    return made


def recorded(kind, prompt, reply):
    if kind == "reviews":
        return {"sample_id": prompt, "repeat": 0, "outcome": "scored", "values": {}, "target": f"right {prompt}"}
    messages = [{"role": "user", "content": f"What is {prompt}?"}]
    completion = {"text": reply, "finish_reason": "stop"}
    return {"sample_id": prompt, "repeat": 0, "messages": messages, "completion": completion}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_pair_fights_over_every_prompt_of_each_subset(tmp_path, entrant):
    three = [entrant("b", "model one"), entrant("a", "model two"), entrant("c", "model three")]
    settings = Settings(judges=(TIE,), cache="off", work_dir=tmp_path / "outputs", seed=5)
    folder = RunFolder(tmp_path / "arena")
    folder.create()
    with Run(settings, folder) as run:
        fields = fight(
            run,
            three,
            "shown",
            ["easy", "hard"],
            baseline="a",
            schedule="baseline",
            criteria="Be brief.",
            benchmark="stored",
        )
    pairs = (("a", "b"), ("a", "c"))
    assert fields == (
        Field(dataset="shown", subset="easy", pairs=pairs),
        Field(dataset="shown", subset="hard", pairs=pairs),
    )
    for field in fields:
        for (first, second), key in field.battles():
            found = {record.sample_id: record for record in read_records(folder, *key)}
            assert list(found) == (["s", "t"] if field.subset == "easy" else ["u"])
            for name, record in found.items():
                assert (record.values["score"], record.target) == (0.5, f"right {name}")
            shown = lines(folder.file("predictions", *key))[0]["completion"]["text"]
            prompt = next(iter(found))
            assert shown == f"[{first}]\n{first} of {prompt}\n\n[{second}]\n{second} of {prompt}"
            asked = json.dumps(lines(folder.file("judgements", *key))[0]["exchanges"])
            assert all(text in asked for text in ("Be brief.", f"What is {prompt}?", f"right {prompt}"))


def test_a_data_set_is_looked_for_under_its_own_name(tmp_path, entrant):
    settings = Settings(judges=(TIE,), cache="off", work_dir=tmp_path / "outputs")
    folder = RunFolder(tmp_path / "arena")
    folder.create()
    with Run(settings, folder) as run:
        fields = fight(run, [entrant("a", "m"), entrant("b", "n"), entrant("c", "o")], "stored", ["hard"], baseline="b")
    assert fields == (Field(dataset="stored", subset="hard", pairs=(("a", "b"), ("a", "c"), ("b", "c"))),)
    assert [record.sample_id for record in read_records(folder, "a vs c", "stored", "hard")] == ["u"]


class Recorder:
    """A run that only notes what it is told."""

    settings = Settings(seed=5)

    def __init__(self):
        self.submitted, self.awaited = [], []

    def submit(self, jobs):
        self.submitted.append(list(jobs))

    def result(self, job, tick=None):
        self.awaited.append((job, tick))


def test_all_battles_are_under_way_before_the_first_is_awaited(entrant):
    run: Any = Recorder()
    fight(run, [entrant("a", "m"), entrant("b", "n")], "stored", ["hard", "easy"], baseline="b", tick=print)
    [jobs] = run.submitted
    assert run.awaited == [(job, print) for job in jobs]
    assert [(job.model, job.subset, job.seed, job.derived) for job in jobs] == [
        ("a vs b", "hard", 5, True),
        ("a vs b", "easy", 5, True),
    ]
    assert {(job.benchmark.name, job.application.name) for job in jobs} == {("stored", "nobody")}
