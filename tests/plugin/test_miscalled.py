"""A call with arguments that ours does not take is told in one line, with the nearest name and the user's own line."""

import pytest

BENCHMARK = 'Benchmark(name="a", data=Rows([]), sample=lambda row: None, score=number())'
MISCALLED = {
    "no name": ("@benchmark()", "benchmark: missing 1 required positional argument: 'benchmark'; accepted: benchmark("),
    "few-shot": (
        "@benchmark(SUMS, fewshot=2)",
        "argument of benchmark: unknown name ('fewshot'); did you mean few_shot",
    ),
    "by place": (
        "@benchmark(SUMS, 3)",
        "benchmark: takes 1 positional argument but 2 were given; accepted: benchmark(",
    ),
    "index": ("@index('a.json', counts=3)", "argument of index: unknown name ('counts'); did you mean count"),
    "a slot": (
        BENCHMARK.replace("score=", "scorer="),
        "argument of Benchmark: unknown name ('scorer'); did you mean score",
    ),
    "no slots": ("Benchmark(name='a')", "accepted: Benchmark(name=…, data=…, sample=…, score=…, …)"),
    "a scorer": ("exact(metric='f1')", "argument of exact: unknown name ('metric'); did you mean metrics?"),
    "under another name": ("bench(SUMS, treshold=2)", "unknown name ('treshold'); did you mean threshold"),
    "by its module": (
        "pytest_evalscope.Rows([], fewshot=1)",
        "argument of Rows: unknown name ('fewshot'); did you mean few_shot",
    ),
    "a class for a scorer": (BENCHMARK.replace("number()", "number"), "score is a class, not an instance (number)"),
}


@pytest.mark.parametrize("name", MISCALLED)
def test_what_a_call_does_not_take_is_told_with_file_and_line(plain_project, sums, name):
    call, says = MISCALLED[name]
    text = f"{sums}from pytest_evalscope import exact, index\nimport pytest_evalscope\nfrom pytest_evalscope import benchmark as bench\n{call}\n"
    line = text.count("\n")
    if call.startswith("@"):
        text += "def test_it(scores):\n    assert scores.accuracy >= 0\n"
    plain_project.write("test_sums.py", text)
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    said = result.stdout.str()
    assert f"test_sums.py:{line}: " in said
    assert says in said
    assert "TypeError" not in said
    assert "pytest_evalscope/" not in said


def test_a_call_of_the_users_own_is_shown_as_pytest_shows_it(plain_project):
    plain_project.write("test_own.py", "def benchmark(name):\n    pass\n\n\nbenchmark()\n")
    plain_project.write("test_len.py", "from pytest_evalscope import benchmark\n\nlen()\n")
    result = plain_project.run("test_own.py", "test_len.py")
    result.assert_outcomes(errors=2)
    assert result.stdout.str().count("E   TypeError: ") == 2


@pytest.mark.parametrize(
    ("asserted", "says"),
    [
        ("scores.acuracy >= 0.5", "AttributeError: metric of sums: unknown name ('acuracy'); did you mean accuracy?"),
        ("scores['acuracy'] >= 0.5", "metric of sums: unknown name ('acuracy'); did you mean accuracy?"),
        ("scores.accuracy", "TypeError: an estimate has no truth value"),
        ("scores.meets", "TypeError: scores.meets, which is not called here, has no truth value"),
    ],
)
def test_a_mistake_in_an_assertion_is_shown_with_the_line_of_the_test_alone(plain_project, sums, asserted, says):
    plain_project.write("test_sums.py", f"{sums}\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert {asserted}\n")
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f">       assert {asserted.replace('[', '[[]')}", f"E *{says.replace('[', '[[]')}*"])
    assert "pytest_evalscope/" not in result.stdout.str().replace("\\", "/")
