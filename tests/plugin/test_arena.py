"""`@arena`: battles as tests."""

import json
import xml.etree.ElementTree as ET

import pytest

from pytest_evalscope.api import merge

SCRIPTED = """
import json, re

BLOCK = re.compile(r"\\[[0-9a-f]{24} ([A-Z ]+?) begins\\]\\n(.*?)\\n\\[[0-9a-f]{24} \\1 ends\\]", re.S)
ASKED = []


def longer(messages):
    blocks = dict(BLOCK.findall(messages[-1]["content"]))
    a, b = len(blocks["ANSWER A"]), len(blocks["ANSWER B"])
    return json.dumps({"reason": "by length", "verdict": "A" if a > b else "B" if b > a else "tie"})


def first(messages):
    return json.dumps({"reason": "it came first", "verdict": "A"})


def confused(messages):
    return "both are good"


def old(prompt: str):
    return "short"


def mid(prompt: str):
    return "short" if "1" in prompt else "a longer one"


def new(prompt: str):
    return "a much longer reply to " + prompt
"""
EVAL = """
from pytest_evalscope import arena


@arena(
    models=["python/scripted:old", "python/scripted:new", "python/scripted:mid"],
    baseline="python/scripted:old",
    data=["open.jsonl", "sets"],
)
def test_new_is_better(leaderboard):
    assert leaderboard["python/scripted:new"].win_rate.low > 0.3
    assert [standing.model for standing in leaderboard][0] == "python/scripted:new"
"""


def with_duels(project):
    (project.path / "test_sums.py").unlink(missing_ok=True)
    project.write("scripted.py", SCRIPTED)
    project.write("open.jsonl", "".join(json.dumps({"query": f"question {n}"}) + "\n" for n in range(3)))
    project.write("sets/easy.jsonl", '{"query": "question 4", "response": "a good one"}\n')
    project.write("sets/hard.jsonl", '{"query": "question 5"}\n')
    project.write("test_arena.py", EVAL)
    project.pytester.syspathinsert()
    return project


@pytest.fixture
def duels(plain_project):
    return with_duels(plain_project)


def judged(name):
    return f"--eval-judge=python/scripted:{name}"


@pytest.mark.workers
def test_an_item_per_data_set_and_leaderboards_at_the_end(project):
    duels = with_duels(project)
    result = duels.run(judged("longer"))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["overall leaderboard", "dataset leaderboard: open", "both orders agreed in 15 of 15*"])
    board = duels.report("leaderboard.json")["leaderboards"][0]
    assert board["baseline"] == "python/scripted:old"
    assert [each["model"].rpartition(":")[2] for each in board["models"]] == ["new", "mid", "old"]
    assert [(each["won"], each["tied"], each["lost"]) for each in board["models"]] == [(10, 0, 0), (4, 1, 5), (0, 1, 9)]
    assert [part["name"] for part in board["parts"]] == ["open", "sets"]
    assert [part["name"] for part in board["parts"][1]["parts"]] == ["sets - easy", "sets - hard"]
    text = (duels.folder / "reports" / "leaderboard.txt").read_text(encoding="utf-8")
    assert "=== OVERALL LEADERBOARD ===\nModel" in text
    assert "=== SUBSET LEADERBOARD: sets - hard ===" in text
    assert "overall leaderboard" in (duels.folder / "reports" / "summary.md").read_text(encoding="utf-8")


def test_every_battle_can_be_read_with_both_replies_and_both_verdicts(duels):
    duels.run(judged("longer"))
    [path] = (duels.folder / "predictions").glob("*new_vs*old*/sets/easy.jsonl")
    assert (
        "[python/scripted:new]\na much longer reply to question 4\n\n[python/scripted:old]\nshort"
        in json.loads(path.read_text(encoding="utf-8"))["completion"]["text"]
    )
    [path] = (duels.folder / "reviews").glob("*new_vs*old*/sets/easy.jsonl")
    review = json.loads(path.read_text(encoding="utf-8"))
    assert review["values"] == {"score": 1, "shown_first": 1, "shown_second": 1}
    assert review["target"] == "a good one"
    assert review["verdicts"] == {"python/scripted:longer": ["first", "first"]}


def test_a_judge_that_follows_the_place_makes_ties_and_is_named(duels):
    result = duels.run(judged("first"))
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["POSITION BIAS: the judges prefer the completion that is shown first*"])
    board = duels.report("leaderboard.json")["leaderboards"][0]
    assert {each["tied"] for each in board["models"]} == {10}
    assert board["orders"] == {
        "agreed": 0, "first": 15, "second": 0, "half": 0, "consistency": 0.0, "bias": "first",
    }  # fmt: skip


def test_battles_without_a_verdict_end_the_item_and_are_counted(duels):
    result = duels.run(judged("confused"), "-k", "open")
    result.assert_outcomes(errors=1, deselected=1)
    assert result.ret == 10, "no test failed, but a gate could not be computed"
    result.stdout.fnmatch_lines(["*9 of 9 battles have no verdict: *in two requests*"])
    board = duels.report("leaderboard.json")["leaderboards"][0]
    assert [(each["unscored"], each["rating"]) for each in board["models"]] == [(6, None)] * 3


def test_a_further_model_asks_only_for_its_battles(duels):
    duels.write("test_arena.py", EVAL.replace('"python/scripted:new", ', ""))
    # Verdicts are cached for a judge with an identity: a fake one has it, a function has none.
    verdict = '--eval-judge=fake/fixed:{"reason": "", "verdict": "tie"}'
    duels.run(verdict)
    duels.write("test_arena.py", EVAL)
    duels.run(verdict)
    reviews = {
        path.parent.parent.name: json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        for path in (duels.folder / "judgements").glob("*/open/*.jsonl")
    }
    cached = {pair: {exchange["cached"] for exchange in review["exchanges"]} for pair, review in reviews.items()}
    assert {pair.count("new"): said for pair, said in cached.items()} == {0: {True}, 1: {False}}


def test_one_model_may_enter_twice_with_other_parameters(duels):
    duels.write(
        "test_arena.py",
        "from pytest_evalscope import arena\n\n\n"
        "@arena(models={'cold': {'model': 'fake/echo', 'temperature': 0},\n"
        "               'hot': {'model': 'fake/echo', 'temperature': 1}}, data='open.jsonl')\n"
        "def test_it(leaderboard):\n    assert leaderboard['hot'].tied == 3\n    assert leaderboard.baseline == 'cold'\n",
    )
    duels.run(judged("longer")).assert_outcomes(passed=1)


def test_one_reply_to_each_sample_and_judges_for_the_battles_alone(duels):
    options = ("--eval-repeats=3", "--eval-judge-strategy=llm", "-k", "open")
    result = duels.run(judged("longer"), *options)
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*arena: --eval-repeats=3 has no effect on battles*"])
    for path in (duels.folder / "predictions").glob("*/arena-open/*.jsonl"):
        assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    assert not [*(duels.folder / "judgements").glob("*/arena-open")]


def test_shards_record_replies_and_the_battles_are_about_all_of_them(duels):
    folders = []
    for index in (1, 2):
        result = duels.run(judged("longer"), f"--eval-shard={index}/2", "-rs")
        result.assert_outcomes(skipped=2)
        result.stdout.fnmatch_lines([f"*shard {index}/2: * completions recorded; its gate needs all shards*"])
        assert not (duels.folder / "reports" / "leaderboard.json").exists()
        folders.append(duels.folder.resolve())
    merge(folders, duels.path / "joined")

    duels.run(judged("longer"), "--eval-run-dir=joined").assert_outcomes(passed=2)
    board = duels.report("leaderboard.json")["leaderboards"][0]
    assert [(each["won"], each["tied"], each["lost"]) for each in board["models"]] == [(10, 0, 0), (4, 1, 5), (0, 1, 9)]
    whole = duels.folder.resolve()
    result = duels.run("--eval-run-dir=joined", "-k", "open")
    result.assert_outcomes(errors=1, deselected=1)
    result.stdout.fnmatch_lines(["*vs*: the run folder contains no completions*", "*--eval-judge judges them*"])

    duels.run(f"--eval-run-dir={whole}").assert_outcomes(passed=2)
    kept = duels.report("leaderboard.json")["leaderboards"][0]
    assert kept == board, "without a judge, battles keep their verdicts"

    again = merge([whole], duels.path / "again")
    assert {result.model.rpartition(":")[2] for result in again.results} == {"old", "mid", "new"}
    assert any("an arena's battles are left out" in remark for remark in again.remarks)


def test_a_data_set_with_a_heat_map_may_be_fought_over(duels):
    duels.write(
        "test_arena.py",
        "from pytest_evalscope import Benchmark, Rows, Sample, arena\n\n\n"
        "class placed:\n    metrics = ('accuracy', 'x', 'y')\n\n"
        "    def __call__(self, sample, completion, context):\n        raise NotImplementedError\n\n\n"
        "OWN = Benchmark(name='own', data=Rows([{'q': 'question'}]), sample=lambda row: Sample(input=row['q']),\n"
        "                score=placed(), axes=('x', 'y'), aggregation='mean_and_pass_at_k')\n\n\n"
        "@arena(models=['python/scripted:old', 'python/scripted:new'], data=[OWN])\n"
        "def test_it(leaderboard):\n    assert leaderboard['python/scripted:new'].won == 1\n",
    )
    duels.run(judged("longer")).assert_outcomes(passed=1)


def test_mistakes_are_told_before_anything_is_asked(duels):
    result = duels.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*arena: judges compare completions, but no judge is named*"])
    duels.write("test_arena.py", EVAL.replace('baseline="python/scripted:old"', 'baseline="python/scripted:odl"'))
    result = duels.run(judged("longer"))
    result.stdout.fnmatch_lines(["*arena: baseline: unknown name ('python/scripted:odl'); did you mean*old*"])
    assert not duels.folder.exists()
    duels.write("test_arena.py", "def test_it(leaderboard):\n    pass\n")
    duels.run(judged("longer")).stdout.fnmatch_lines(["*leaderboard: this test declares no arena*"])


@pytest.mark.workers
def test_a_gate_on_a_leaderboard_is_in_every_report(project):
    duels = with_duels(project)
    duels.write("test_arena.py", EVAL.replace("win_rate.low > 0.3", "win_rate.low > 0.99"))
    result = duels.run(judged("longer"))
    result.assert_outcomes(failed=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*arena open *failed*", "*arena sets *failed*"])
    suite = ET.parse(duels.folder / "reports" / "junit.xml").find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "2"
    case = suite.find("testcase[@name='arena open/default/python/scripted:old']")
    assert case is not None
    assert (case.get("classname"), case.get("file")) == ("test_arena", "test_arena.py")
    summary = (duels.folder / "reports" / "summary.md").read_text(encoding="utf-8")
    assert "- failed: arena open of python/scripted:old: " in summary
    [path] = (duels.folder / "reports").glob("*old*/arena_open*.json")
    gate = json.loads(path.read_text("utf-8"))["subsets"]["default"]
    assert (gate["verdict"], gate["planned"]) == ("failed", 9)


def test_an_arena_without_a_judge_is_in_every_report(duels):
    duels.write("test_ordinary.py", "def test_it():\n    pass\n")
    result = duels.run()
    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == 10
    suite = ET.parse(duels.folder / "reports" / "junit.xml").find("testsuite")
    assert suite is not None
    assert suite.get("errors") == "2"
