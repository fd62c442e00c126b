"""What was declared is held: thresholds, decorators and names, whatever the body of a test does."""

import pytest

IDLE = "\n\n@benchmark(SUMS{})\ndef test_sums(scores):\n    pass\n"


@pytest.mark.workers
@pytest.mark.parametrize("place", ["the decorator", "--eval-threshold", "thresholds.toml", "EVALSCOPE_THRESHOLD"])
def test_a_declared_threshold_is_held_whether_or_not_the_test_asks_for_it(project, sums, place, monkeypatch):
    project.write("test_sums.py", sums + IDLE.format(", threshold=0.99" if place == "the decorator" else ""))
    options: tuple[str, ...] = ()
    if place == "--eval-threshold":
        options = ("--eval-threshold=sums.accuracy=0.99",)
    elif place == "thresholds.toml":
        project.write("thresholds.toml", "[default]\nsums.accuracy = 0.99\n")
    elif place == "EVALSCOPE_THRESHOLD":
        monkeypatch.setenv("EVALSCOPE_THRESHOLD", "sums=0.99")
    result = project.run(*options)
    result.assert_outcomes(failed=1)
    assert result.ret == 1
    source = {"thresholds.toml": "*thresholds.toml [[]default]"}.get(place, place)
    result.stdout.fnmatch_lines(
        [f"accuracy 0.100 ± * (95 % *, n=10) is below 0.99 (set by {source})", "test_sums.py:*"]
    )
    [report] = (project.folder / "reports").glob("fake_*/sums.json")
    assert '"thresholds":{"accuracy":0.99}' in report.read_text("utf-8").replace(" ", "").replace("\n", "")


@pytest.mark.workers
def test_a_metric_that_the_test_does_not_assert_is_held_too_and_a_failure_is_reported_once(project, sums):
    two = (
        sums + "\nfrom dataclasses import replace\n\nfrom pytest_evalscope import mean\n\n"
        "TWO = replace(SUMS, metrics={'accuracy': mean('accuracy'), 'same': mean('accuracy')})\n\n\n"
        "@benchmark(TWO, threshold={'accuracy': 0.05, 'same': 0.5})\ndef test_sums(scores, threshold):\n"
        "    assert scores.accuracy >= threshold\n"
    )
    project.write("test_sums.py", two)
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["same 0.100 ± * is below 0.5* (set by the decorator)"])
    project.write("test_sums.py", two.replace("'same': 0.5", "'same': 0.1").replace("0.05", "0.2"))
    result = project.run()
    result.assert_outcomes(failed=1)
    assert result.stdout.str().count("is below 0.2") == 1, "by the assertion of the test"


def test_a_threshold_is_not_held_where_the_test_itself_skips_or_is_expected_to_fail(plain_project, sums):
    text = sums + IDLE.format(", threshold=0.99")
    plain_project.write(
        "test_sums.py", text.replace("    pass", "    pytest.skip('later')").replace("@bench", "import pytest\n@bench")
    )
    plain_project.run().assert_outcomes(skipped=1)
    plain_project.write(
        "test_sums.py", text.replace("@bench", "import pytest\n@pytest.mark.xfail(strict=True)\n@bench")
    )
    plain_project.run().assert_outcomes(xfailed=1)


@pytest.mark.workers
@pytest.mark.parametrize("declared", ["decorator", "line", "file"])
def test_a_threshold_on_a_metric_that_the_benchmark_has_not_is_refused_before_any_request(project, sums, declared):
    project.write("test_sums.py", sums + IDLE.format(", threshold={'acuracy': 0.5}" if declared == "decorator" else ""))
    if declared == "file":
        project.write("thresholds.toml", "[default]\nsums.acuracy = 0.5\n")
    result = project.run(*(("--eval-threshold=sums.acuracy=0.5",) if declared == "line" else ()))
    shown = result.stdout.str() + result.stderr.str()
    assert "metric of sums: unknown name ('acuracy'); did you mean accuracy?" in shown
    assert "Traceback" not in shown
    if declared == "decorator":
        result.assert_outcomes(errors=1)
    else:  # nothing but evals, and none can have a result
        assert result.ret == 4
    assert not list((project.path / "outputs").rglob("*.jsonl"))


FIXTURES = {
    "benchmark": ("@benchmark(SUMS)", "scores"),
    "index": ("@index('sums.json', benchmarks=[SUMS])", "report"),
    "arena": ("@arena(data=SUMS, models=['fake/fixed:4', 'fake/echo'])", "leaderboard"),
}


@pytest.mark.workers
def test_an_eval_without_its_fixture_is_an_error_however_it_is_run(project, sums):
    project.write("test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums():\n    pass\n")
    result = project.run()
    assert result.ret != 0
    assert "does not use the fixture scores" in " ".join(result.stdout.str().split())


@pytest.mark.parametrize("kind", FIXTURES)
@pytest.mark.parametrize("arguments", ["", "tmp_path", "threshold", "other"])
def test_a_decorated_test_that_measures_nothing_is_an_error_that_names_the_fixture(project, sums, kind, arguments):
    decorator, fixture = FIXTURES[kind]
    project.write(
        "test_sums.py",
        sums + f"import pytest\nfrom pytest_evalscope import arena, index\n\n\n"
        "@pytest.fixture\ndef other(tmp_path):\n    return tmp_path\n\n\n"
        f"{decorator}\ndef test_sums({arguments}):\n    pass\n\n\ndef test_plain():\n    pass\n",
    )
    result = project.run()
    result.assert_outcomes(errors=1)
    assert result.ret != 0
    assert f"@{kind} on a test that does not use the fixture {fixture}, so nothing would be measured" in (
        " ".join(result.stdout.str().split())
    )
    assert "Traceback" not in result.stdout.str()


def test_a_fixture_that_is_used_through_another_or_made_from_ours_will_do(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums + "import pytest\n\n\n@pytest.fixture\ndef accuracy(scores):\n    return scores.accuracy\n\n\n"
        "@benchmark(SUMS)\ndef test_through(accuracy):\n    assert accuracy == 0.1\n\n\n"
        "@benchmark(SUMS)\n@pytest.mark.usefixtures('scores')\ndef test_marked():\n    pass\n",
    )
    plain_project.write(
        "sub/conftest.py", "import pytest\n\n\n@pytest.fixture\ndef scores(scores):\n    return scores.metrics\n"
    )
    plain_project.write(
        "sub/test_mine.py",
        sums.replace('"sums"', '"mine"') + "\n\n@benchmark(SUMS)\ndef test_mine(scores):\n"
        "    assert scores['accuracy'] == 0.1\n",
    )
    plain_project.run().assert_outcomes(passed=3)


def test_a_fixture_of_the_users_or_a_parameter_in_place_of_ours_measures_nothing(plain_project, sums):
    for text in (
        "@pytest.fixture\ndef scores():\n    return 1\n\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n",
        "@benchmark(SUMS)\n@pytest.mark.parametrize('scores', [1, 2])\ndef test_sums(scores):\n    pass\n",
    ):
        plain_project.write("test_sums.py", sums + "import pytest\n\n\n" + text)
        result = plain_project.run()
        result.assert_outcomes(errors=1)
        assert "does not use the fixture scores" in " ".join(result.stdout.str().split())


MISUSED = {
    "twice": ("@benchmark(SUMS)\n@benchmark(SUMS, limit=2)\ndef test_it(scores):\n    pass", "it has @benchmark already"),
    "over an index": ("@benchmark(SUMS)\n@index('a.json')\ndef test_it(scores):\n    pass", "it has @index already"),
    "over an arena": ("@index('a.json')\n@arena(data=SUMS)\ndef test_it(report):\n    pass", "it has @arena already"),
    "arena over": ("@arena(data=SUMS)\n@benchmark(SUMS)\ndef test_it(scores):\n    pass", "it has @benchmark already"),
    "a class": ("@benchmark(SUMS)\nclass TestIt:\n    def test_it(self, scores):\n        pass", "it is a class"),
    "a class of an index": ("@index('a.json')\nclass TestIt:\n    def test_it(self, report):\n        pass", "a class"),
    "a static method": (
        "class TestIt:\n    @benchmark(SUMS)\n    @staticmethod\n    def test_it(scores):\n        pass", "a staticmethod",
    ),
    "a fixture": ("@benchmark(SUMS)\n@pytest.fixture\ndef test_it(scores):\n    pass", "@benchmark on test_it"),
    "below a fixture": ("@pytest.fixture\n@benchmark(SUMS)\ndef it(scores):\n    pass", "@benchmark on it is a fixture"),
    "unittest": (
        "class TestIt(unittest.TestCase):\n    @benchmark(SUMS)\n    def test_it(self):\n        pass",
        "@benchmark on test_it of the class TestIt, a unittest.TestCase",
    ),
    "bare benchmark": ("@benchmark\ndef test_it(scores):\n    pass", '@benchmark: written without parentheses'),
    "bare index": ("@index\ndef test_it(report):\n    pass", "@index: written without parentheses"),
    "bare arena": ("@arena\ndef test_it(leaderboard):\n    pass", "@arena: written without parentheses"),
    "bare on a class": ("@benchmark\nclass TestIt:\n    pass", "@benchmark: written without parentheses"),
    "arena without data": ("@arena()\ndef test_it(leaderboard):\n    pass", "arena: no data is named"),
    "arena of nothing": ("@arena(data=[])\ndef test_it(leaderboard):\n    pass", "arena: no data is named"),
    "another name": ("@benchmark(SUMS)\ndef sums(scores):\n    pass", "@benchmark on sums, which pytest does not collect"),
    "a method of another name": (
        "class TestIt:\n    @benchmark(SUMS)\n    def sums(self, scores):\n        pass", "@benchmark on sums, which pytest",
    ),
    "a class of another name": (
        "class Evals:\n    @benchmark(SUMS)\n    def test_it(self, scores):\n        pass",
        "@benchmark on test_it of the class Evals, which pytest does not collect",
    ),
    "a text for subsets": ("@benchmark(SUMS, subsets='default')\ndef test_it(scores):\n    pass", "subsets is a text"),
    "a text for models": ("@arena(data=SUMS, models='a')\ndef test_it(leaderboard):\n    pass", "models is a text"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISUSED)
def test_a_decorator_used_wrongly_is_refused_with_what_is_accepted(project, sums, name):
    text, says = MISUSED[name]
    imports = "import unittest\n\nimport pytest\n\nfrom pytest_evalscope import arena, index\n\n\n"
    project.write("test_sums.py", sums + imports + text + "\n\n\ndef test_plain():\n    pass\n")
    result = project.run()
    counts = result.parseoutcomes()
    assert (counts["errors"], counts.get("failed", 0)) == (1, 0)  # xdist runs what was collected beside an error
    said = " ".join(result.stdout.str().split())
    assert says in said
    assert "accepted: " in said
    assert "Traceback" not in said
    assert "declare.py" not in said, "it is the user's mistake, and no frame of ours belongs to it"


def test_what_need_not_be_collected_may_be_decorated(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums + "\n\nclass Evals:\n    @benchmark(SUMS)\n    def test_it(self, scores):\n        pass\n\n\n"
        "class TestOne(Evals):\n    pass\n\n\nclass TestTwo(Evals):\n    __test__ = False\n",
    )
    plain_project.write("test_other.py", "from test_sums import Evals\n\n\nclass TestThree(Evals):\n    pass\n")
    plain_project.run().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("asserted", "says"),
    [
        ("scores.accuracy", "an estimate has no truth value"),
        ("not scores.accuracy", "an estimate has no truth value"),
        ("scores", "scores has no truth value"),
        ("scores.meets", "scores.meets, which is not called here, has no truth value"),
        ("scores.primary", "write a comparison, such as scores.accuracy >= 0.5"),
        ("threshold", "a threshold has no truth value"),
        ("all([scores.accuracy])", "an estimate has no truth value"),
        ("scores.metrics", "write scores.accuracy >= 0.5, or len(scores.metrics) > 0"),
        ("all(scores)", "scores are not iterable; write scores.metrics"),
        ("scores.accuracy and True", "an estimate has no truth value"),
        ("scores.accuracy > None", "not supported between instances of 'Estimate' and 'NoneType'"),
        ("scores.accuracy == 'high'", "n=10) is not high"),
        ("__import__('pytest').approx(0.3, abs=1) == scores.accuracy", "write scores.accuracy == pytest.approx"),
    ],
)
def test_what_would_be_true_whatever_was_measured_cannot_be_asserted(plain_project, sums, asserted, says):
    plain_project.write(
        "test_sums.py",
        sums + f"\n\n@benchmark(SUMS, threshold=0.0)\ndef test_sums(scores, threshold):\n    assert {asserted}\n",
    )
    result = plain_project.run(model="fake/fixed:999")
    result.assert_outcomes(failed=1)
    assert says in result.stdout.str()


EXACT = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, exact


def of(name, right, n):
    rows = Rows([{"q": f"{name} {number}", "a": "4" if number < right else "5"} for number in range(n)])
    read = lambda row: Sample(input=row["q"], target=row["a"])
    return Benchmark(name=name, data=rows, sample=read, score=exact())


@benchmark(of("one", 16, 20), threshold=0.8)
def test_one(scores):
    assert scores.meets(0.8)


@benchmark(of("two", 25, 25))
def test_two(scores):
    pass


@benchmark(of("three", 3, 5), threshold=0.6)
def test_three(scores):
    assert scores.accuracy >= 0.6
"""


@pytest.mark.workers
def test_an_index_that_is_exactly_the_bound_passes_and_progress_ends_at_100_percent(project, monkeypatch):
    project.write("test_sums.py", EXACT)
    result = project.run("--eval-fail-under=0.8")
    result.assert_outcomes(passed=4)
    assert result.ret == 0
    assert "[100%]" in result.stdout.str()
    assert "[133%]" not in result.stdout.str()
    with monkeypatch.context() as patch:
        patch.setenv("EVALSCOPE_FAIL_UNDER", "0.9")
        result = project.run()
    result.stdout.fnmatch_lines(
        ["*EVALSCOPE_FAIL_UNDER=0.9: weighted_avg 0.800 ± * is below 0.9; that may be chance: n=*"]
    )
    result = project.run("--eval-fail-under=0.8000001")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ["*--eval-fail-under=0.8000001: weighted_avg 0.800 ± * is below 0.8000001; that may be chance: *"]
    )


def test_a_value_just_below_its_bound_is_shown_with_enough_digits(plain_project):
    plain_project.write("test_sums.py", EXACT.replace('"one", 16, 20', '"one", 791, 1319').replace("0.8", "0.6"))
    result = plain_project.run("-k", "one")
    result.assert_outcomes(failed=1)
    plain_project.write(
        "test_sums.py", EXACT.replace('"one", 791, 1319', "").replace('"one", 16, 20', '"one", 791, 1319')
        .replace("scores.meets(0.8)", "True").replace("threshold=0.8", "threshold=0.6"),
    )  # fmt: skip
    result = plain_project.run("-k", "one")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["accuracy 0.5997 ± * is below 0.6*", "*failed*0.5997 ± * 0.6*"])
    assert "0.600 " not in result.stdout.str()


UNHELD = {
    "a statement": ("scores.accuracy >= 0.6", "is thrown away (scores.accuracy >= 0.6); accepted: assert scores.acc"),
    "turned": ("0.6 <= scores['accuracy']", "is thrown away (0.6 <= scores['accuracy'])"),
    "two": ("scores.accuracy >= 0.6 and scores.accuracy < 1", "is thrown away"),
    "not": ("not scores.accuracy < 0.6", "is thrown away (not scores.accuracy < 0.6)"),
    "with a message": ("scores.accuracy >= 0.6, 'too low'", "is thrown away (scores.accuracy >= 0.6)"),
    "meets": ("scores.meets(threshold)", "is thrown away (scores.meets(threshold))"),
    "within": ("if scores.planned:\n        scores.accuracy >= 0.6", "is thrown away"),
    "returned": ("return scores.accuracy >= 0.6", "is returned, which asserts nothing (scores.accuracy >= 0.6)"),
    "a name": ("good = scores.accuracy >= 0.6", "is in a name that nothing reads (scores.accuracy >= 0.6)"),
    "a typed name": ("good: bool = scores.meets(0.6)", "is in a name that nothing reads"),
    "a tuple": ("assert (scores.accuracy >= 0.6, 'too low')", "an assertion tests a tuple, which is always true"),
    "beside a real one": ("assert scores.planned\n    scores.accuracy >= 0.6", "is thrown away"),
}


@pytest.mark.parametrize("name", UNHELD)
def test_a_comparison_that_gates_nothing_is_refused_before_any_request(plain_project, sums, name):
    body, says = UNHELD[name]
    plain_project.write(
        "test_sums.py",
        sums + f"\n\n@benchmark(SUMS, threshold=0.01)\ndef test_sums(scores, threshold):\n    {body}\n\n\n"
        "def test_plain():\n    1 >= 2\n",
    )
    result = plain_project.run("-W", "ignore")
    result.assert_outcomes(errors=1)
    said = " ".join(result.stdout.str().split())
    assert "test_sums.py:" in said
    assert f"test_sums: {'' if 'tuple' in says else 'the result of a comparison '}{says}" in said
    assert not list((plain_project.path / "outputs").rglob("*.jsonl"))


@pytest.mark.parametrize(
    "body",
    [
        "good = scores.accuracy >= 0.1\n    assert good",
        "scores.accuracy >= 0.1 or pytest.fail('too low')",
        "with pytest.raises(TypeError):\n        scores.accuracy > None",
        "scores.benchmark.startswith('sums')",
        "def least():\n        return scores.accuracy >= 0.1\n    assert least()",
        "held = {}\n    held['good'] = scores.accuracy >= 0.1\n    assert held['good']",
    ],
)
def test_a_comparison_that_something_uses_is_not(plain_project, sums, body):
    plain_project.write(
        "test_sums.py", f"import pytest\n{sums}\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    {body}\n"
    )
    plain_project.run().assert_outcomes(passed=1)


@pytest.mark.workers
@pytest.mark.parametrize(("place", "least"), [("decorator", "90"), ("option", "90"), ("decorator", "-1")])
def test_a_threshold_that_no_value_reaches_or_misses_is_refused_before_any_request(project, sums, place, least):
    project.write("test_sums.py", sums + IDLE.format(f", threshold={least}" if place == "decorator" else ""))
    result = project.run(*((f"--eval-threshold=sums={least}",) if place == "option" else ()))
    assert result.ret
    said = result.stdout.str() + result.stderr.str()
    source = "the decorator" if place == "decorator" else "--eval-threshold"
    wrong = f"threshold of sums.accuracy: no value reaches or misses it ({least}, set by {source})"
    assert f"{wrong}; accepted: a number from 0 to 1" in said
    assert ("hint: 90 % is written 0.90" in said) == (least == "90")
    assert not list((project.path / "outputs").rglob("*.jsonl"))


def test_values_of_ones_own_on_another_scale_are_remarked(plain_project, sums):
    own = sums.replace("score=number()", "score=lambda sample, completion: 85")
    plain_project.write("test_sums.py", own + IDLE.format(", threshold=0.85"))
    result = plain_project.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["remark: sums: accuracy is 85.000 and its threshold 0.85: no such value misses a share*"]
    )
    plain_project.write("test_sums.py", own + IDLE.format(", threshold=85"))
    result = plain_project.run()
    result.assert_outcomes(passed=1)
    assert "remark: " not in result.stdout.str()
