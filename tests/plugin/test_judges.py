"""Judges from the command line."""

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


def test_no_judge_is_told_before_anything_is_asked(plain_project):
    plain_project.write("test_sums.py", EVAL)
    result = plain_project.run(model="fake/error")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*judged: a judge marks its replies, but no judge is named*", "*--eval-judge=*"])
    assert not plain_project.folder.exists()


def test_an_eval_without_judges_runs_beside_one_that_needs_one(plain_project, sums):
    plain_project.write("test_judged.py", EVAL)
    result = plain_project.run("-k", "sums")
    result.assert_outcomes(passed=1, deselected=1)


def test_a_judge_that_there_is_not_is_told(plain_project):
    result = plain_project.run("--eval-judge=opnai/gpt")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*model provider: unknown name ('opnai'); did you mean openai?*"])
