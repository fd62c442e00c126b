"""Judges from the command line."""

import pytest

EVAL = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, judge

JUDGED = Benchmark(
    name="judged",
    data=Rows([{"q": f"question {n}"} for n in range(4)]),
    sample=lambda row: Sample(input=row["q"], target="an answer"),
    score=judge(),
)


@benchmark(JUDGED)
def test_judged(scores):
    assert scores.is_correct == 1
"""
RIGHT = '--eval-judge=fake/fixed:{"reason": "", "verdict": "CORRECT"}'


def test_a_named_judge_marks_the_replies(project):
    project.write("test_sums.py", EVAL)
    project.run(RIGHT, "--eval-judge-concurrency=2").assert_outcomes(passed=1)
    options = project.report("../configs/run.json")["options"]
    assert (options["judge"], options["judge-concurrency"]) == ([RIGHT.removeprefix("--eval-judge=")], "2")


@pytest.mark.workers
def test_judges_have_parameters_and_options_of_their_own(project):
    project.write("test_sums.py", EVAL)
    two = '{"one": {"model": "%s"}, "two": {"model": "%s", "generation_config": {"seed": 3}}}'
    model = RIGHT.removeprefix("--eval-judge=").replace('"', '\\"')
    project.run(
        "--eval-judge=one", "--eval-judge=two", f"--eval-judge-args={two % (model, model)}",
        "--eval-judge-generation-config=temperature=null,top_p=0.5", "--eval-model=fake/fixed:4",
    ).assert_outcomes(passed=1)  # fmt: skip
    options = project.report("../configs/run.json")["options"]
    assert (options["judge"], options["judge-generation-config"]) == (["one", "two"], "temperature=null,top_p=0.5")
    noted = [path.read_text("utf-8") for path in (project.folder / "judgements").rglob("*.jsonl")]
    assert '"judge":"two","params":{"top_p":0.5,"seed":3}' in noted[0].replace(": ", ":").replace(", ", ",")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            "--eval-judge-key-variable=NO_SUCH_KEY",
            "*--eval-judge-key-variable: the environment variable NO_SUCH_KEY is",
        ),
        ('--eval-judge-args={"fake/eco": {}}', "*--eval-judge-args: judge: unknown name ('fake/eco')*"),
        ("--eval-judge-generation-config=warm", "*--eval-judge-generation-config: not key=value ('warm')*"),
    ],
)
def test_a_mistake_in_the_options_of_a_judge_is_told(plain_project, option, said):
    result = plain_project.run("--eval-judge=fake/echo", option)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"{said}*"])


def test_no_judge_is_told_before_anything_is_asked(plain_project):
    plain_project.write("test_sums.py", EVAL)
    result = plain_project.run(model="fake/error")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*judged: a judge scores its completions, but no judge is named*", "*--eval-judge=*"])
    assert not plain_project.folder.exists()


def test_collecting_needs_no_judge(plain_project):
    plain_project.write("test_sums.py", EVAL)
    assert plain_project.run("--collect-only").ret == 0


def test_a_judge_fixture_of_ones_own_is_ones_own(plain_project):
    plain_project.write("conftest.py", "import pytest\n\n\n@pytest.fixture\ndef judge():\n    return 'mine'\n")
    plain_project.write("test_sums.py", "def test_it(judge):\n    assert judge == 'mine'\n")
    plain_project.run().assert_outcomes(passed=1)
    assert not plain_project.folder.exists()


def test_an_eval_without_judges_runs_beside_one_that_needs_one(plain_project, sums):
    plain_project.write("test_judged.py", EVAL)
    result = plain_project.run("-k", "sums")
    result.assert_outcomes(passed=1, deselected=1)


def test_a_judge_that_there_is_not_is_told(plain_project):
    result = plain_project.run("--eval-judge=opnai/gpt")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*model provider: unknown name ('opnai'); did you mean openai?*"])


@pytest.mark.workers
def test_the_fixture_marks_an_answer_of_an_ordinary_test(project):
    project.write(
        "test_sums.py",
        "from pytest_evalscope import judge as by_judge\n\n\ndef test_it(model, judge):\n"
        "    score = judge('2 + 2?', model('2 + 2?'), target='4')\n    assert score.values['is_correct'] == 1\n"
        "    assert score.answer == '4'\n    assert 'judges fake/fixed' in repr(judge)\n"
        "    strict = by_judge(labels={'CORRECT': {'accuracy': 1}, 'WRONG': {}})\n"
        "    assert judge('2 + 2?', '4', by=strict).values == {'accuracy': 1}\n",
    )
    project.run(RIGHT).assert_outcomes(passed=1)


def test_the_fixture_without_a_judge_is_told(plain_project):
    plain_project.write("test_sums.py", "def test_it(judge):\n    pass\n")
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*judge: no judge is named, and the model under test does not judge itself*"])


def test_a_strategy_and_a_limit_of_requests_come_from_the_command_line(plain_project):
    options = ("--eval-judge-strategy=llm", "--eval-judge-max-requests=2", "--eval-max-errors=1")
    plain_project.run(RIGHT, *options).assert_outcomes(passed=1)
    options = plain_project.report("../configs/run.json")["options"]
    assert (options["judge-strategy"], options["judge-max-requests"]) == ("llm", "2")
    assert "request limit" in "".join(path.read_text() for path in (plain_project.folder / "reviews").rglob("*.jsonl"))


def test_a_strategy_that_there_is_not_is_told(plain_project, sums):
    plain_project.write("test_sums.py", sums)
    result = plain_project.run("--eval-judge-strategy=llm-recall")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--eval-judge-strategy: unknown name ('llm-recall'); did you mean llm_recall?*"])
