"""Mistakes of evals: one sentence, the same however pytest is run; and no ordinary test that does not run for them."""

import pytest

NAME_ONE = "evals: no model is named; accepted: --model=PROVIDER/NAME, EVALSCOPE_MODEL or the ini key evalscope_model"
NO_KEY = "openai/gpt-4o-mini: api.openai.com needs a key, and OPENAI_API_KEY is not set"
KEYLESS = "[pytest]\nevalscope_model = openai/gpt-4o-mini\n"
ORDINARY = "def test_ordinary():\n    pass\n"
OWN_MODEL = "import pytest\n\n\n@pytest.fixture\ndef model():\n    return lambda messages: '4'\n"
CLASH = """

@benchmark(SUMS, limit=2)
def test_two(scores):
    pass


@benchmark(SUMS, limit=3)
def test_three(scores):
    pass
"""
JUDGED = """

from dataclasses import replace

from pytest_evalscope import judge


@benchmark(replace(SUMS, name="judged", score=judge()))
def test_judged(scores):
    assert scores.is_correct == 1
"""


@pytest.fixture
def unnamed(project, monkeypatch):
    """Run with no model named, and with no key around."""
    for name in ("OPENAI_API_KEY", "EVALSCOPE_MODEL"):
        monkeypatch.delenv(name, raising=False)

    def run(*args):
        return project.pytester.runpytest(*project.mode, "-W", "error", "--eval-cache-dir=cache", *args)

    project.unnamed = run
    return project


def refused(result, *lines):
    """Expect one sentence and exit status 4, and nothing of how it came about."""
    text = result.stderr.str() + result.stdout.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR, text
    result.stderr.fnmatch_lines([*lines])
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text


@pytest.mark.workers
def test_without_a_model_evals_beside_ordinary_tests_are_skipped_with_one_reason(unnamed):
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.unnamed("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines([f"1 skipped: {NAME_ONE}", f"SKIPPED [[]1[]] test_sums.py:*: {NAME_ONE}"])
    assert not (unnamed.path / "outputs").exists()


@pytest.mark.workers
def test_without_a_model_evals_alone_are_a_usage_error(unnamed):
    refused(unnamed.unnamed(), f"ERROR: {NAME_ONE}")
    assert not (unnamed.path / "outputs").exists()


@pytest.mark.parametrize("args", [("--eval-index=mine.json",), ("test_arena.py",), ("test_hand.py", "test_sums.py")])
def test_every_kind_of_eval_needs_a_model(unnamed, args, sums):
    unnamed.write("mine.json", "{}")
    arena = (
        "import pytest\nfrom pytest_evalscope import arena\n\n@arena(data=SUMS)\ndef test_it(leaderboard):\n    pass\n"
    )
    unnamed.write("test_arena.py", sums + arena)
    unnamed.write("test_hand.py", "def test_case(record_score):\n    record_score(1)\n")
    refused(unnamed.unnamed(*args), f"ERROR: {NAME_ONE}")
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.unnamed(*args, "test_ordinary.py")
    assert result.ret == 0
    result.stdout.fnmatch_lines([f"* skipped: {NAME_ONE}"])


@pytest.mark.workers
def test_an_application_under_test_needs_no_model(unnamed):
    unnamed.write("conftest.py", OWN_MODEL)
    result = unnamed.unnamed()
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    unnamed.write("pytest.ini", KEYLESS)
    unnamed.unnamed().assert_outcomes(passed=1)


@pytest.mark.workers
def test_a_configured_model_without_its_key_is_an_error_of_evals_alone(unnamed):
    unnamed.write("pytest.ini", KEYLESS)
    refused(unnamed.unnamed(), f"ERROR: {NO_KEY}", "hint: set OPENAI_API_KEY*")
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.unnamed("test_ordinary.py")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result = unnamed.unnamed()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines([NO_KEY])
    assert unnamed.unnamed("--collect-only", "-q").ret == 0


def test_the_environment_is_a_place_like_the_ini_file(unnamed, monkeypatch):
    monkeypatch.setenv("EVALSCOPE_MODEL", "openai/gpt-4o-mini")
    monkeypatch.setenv("EVALSCOPE_CACHE", "no mode")
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.pytester.runpytest(*unnamed.mode, "test_ordinary.py")
    result.assert_outcomes(passed=1)
    assert result.ret == 0


@pytest.mark.workers
def test_a_mistake_in_the_ini_file_is_an_error_of_evals_alone(unnamed):
    unnamed.write("pytest.ini", "[pytest]\nevalscope_cache = onn\nevalscope_model = fake/echo\n")
    (unnamed.path / "test_sums.py").rename(unnamed.path / "test_later.py")
    says = "ini key evalscope_cache: unknown name ('onn'); did you mean on?"
    result = unnamed.pytester.runpytest(*unnamed.mode)
    refused(result, f"ERROR: {says}")
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.pytester.runpytest(*unnamed.mode)
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines([says])


@pytest.mark.workers
@pytest.mark.parametrize(
    ("ini", "says"),
    [
        ('dataset_args = {"sums": {"repeats": 0}}', "--eval-dataset-args of sums: repeats does not fit (0)"),
        ("generation_config = temprature=1", "unknown name ('temprature'); did you mean temperature"),
        ("threshold = sums.acuracy=0.5", "metric of sums: unknown name ('acuracy'); did you mean accuracy"),
    ],
)
def test_what_the_ini_file_makes_wrong_for_one_benchmark_is_an_error_of_its_eval_alone(unnamed, ini, says):
    unnamed.write("pytest.ini", f"[pytest]\nevalscope_{ini}\nevalscope_model = fake/fixed:4\n")
    refused(unnamed.unnamed(), f"ERROR: *{says}*".replace("[", "[[]"))
    unnamed.write("test_ordinary.py", ORDINARY)
    result = unnamed.unnamed("--eval-fail-under=0")
    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == 10
    result.stdout.fnmatch_lines([f"*{says}*", "*the index was not computed*"])
    assert "sums" in (unnamed.folder / "reports" / "summary.md").read_text("utf-8")


def test_a_file_of_thresholds_that_is_broken_keeps_no_ordinary_test_from_running(plain_project):
    plain_project.write("evals/thresholds.toml", "[default]\nsums.accuracy = high\n")
    (plain_project.path / "test_sums.py").rename(plain_project.path / "evals" / "test_sums.py")
    plain_project.write("test_ordinary.py", ORDINARY)
    result = plain_project.run()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["*thresholds.toml*"])


def test_an_arena_whose_baseline_is_not_among_the_models_named_is_an_error_of_its_own(plain_project, sums):
    arena = (
        "\n\nfrom pytest_evalscope import arena\n\n@arena(data=SUMS, baseline='fake/echoo')\n"
        "def test_it(leaderboard):\n    pass\n"
    )
    plain_project.write("test_arena.py", sums + arena)
    plain_project.write("test_ordinary.py", ORDINARY)
    result = plain_project.run("--model=fake/fixed:4", "--model=fake/echo", "test_arena.py", "test_ordinary.py")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fake/echoo*"])


@pytest.mark.workers
@pytest.mark.parametrize("option", ["--eval-data-dir", "--eval-cache-dir"])
def test_a_folder_after_a_space_that_makes_pytest_lose_the_project_is_refused(project, tmp_path_factory, option):
    """pytest chooses its root before it knows our options; without a refusal no ini file is read, and `/` may be it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    says = f"ERROR: {option}: a path outside of the project after a space ({folder}): *; accepted: {option}={folder}"
    for ini in (False, True):
        refused(project.run(option, str(folder)), says)
        if not ini:
            project.write("pytest.ini", "[pytest]\n")
    project.run(f"{option}={folder}").assert_outcomes(passed=1)
    project.run(option, str(folder), "test_sums.py").assert_outcomes(passed=1)
    (project.path / "inside").mkdir()
    (project.path / "pytest.ini").unlink()
    project.run(option, "inside").assert_outcomes(passed=1)


@pytest.mark.workers
def test_tests_that_clash_are_one_sentence(project, sums):
    project.write("test_sums.py", sums + CLASH)
    refused(project.run(), "ERROR: sums: test_sums.py::test_two* run it in two ways*", "hint: give one of them a name*")
    project.write("test_ordinary.py", ORDINARY)
    result = project.run()
    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == 10


@pytest.mark.workers
def test_an_index_that_is_not_there_is_one_sentence(project):
    says = "ERROR: --eval-index: file not found (nosuch.json); accepted: *"
    refused(project.run("--eval-index=nosuch.json"), says)
    project.write("pytest.ini", "[pytest]\nevalscope_index = nosuch.json\n")
    project.write("test_sums.py", ORDINARY)
    result = project.run()
    assert result.ret == 10
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*nosuch.json*"])


@pytest.mark.workers
def test_a_folder_that_cannot_be_made_is_one_sentence(project):
    project.write("in_the_way", "a file")
    refused(project.run("--eval-work-dir=in_the_way"), "ERROR: --eval-work-dir: *in_the_way*")
    project.write("outputs", "a file")
    refused(project.run(), "ERROR: --eval-work-dir: *outputs*")


@pytest.mark.workers
def test_a_folder_that_cannot_be_made_keeps_no_ordinary_test_from_running(project):
    project.write("outputs", "a file")
    project.write("pytest.ini", "[pytest]\nevalscope_model = fake/fixed:4\n")
    project.write("test_ordinary.py", ORDINARY)
    result = project.pytester.runpytest(*project.mode)
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["--eval-work-dir: *outputs*"])


@pytest.mark.workers
def test_a_judged_eval_without_a_judge_is_an_error_of_its_own(project, sums):
    project.write("test_judged.py", sums + JUDGED)
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["judged: a judge scores its completions, but no judge is named*"])
    refused(project.run("test_judged.py"), "ERROR: judged: a judge scores its completions, but no judge is named*")


def test_an_arena_with_too_few_models_is_an_error_of_its_own(plain_project, sums):
    arena = "\n\nfrom pytest_evalscope import arena\n\n@arena(data=SUMS)\ndef test_it(leaderboard):\n    pass\n"
    plain_project.write("test_arena.py", sums + arena)
    result = plain_project.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["arena: too few models (fake/fixed:4); at least 2 are needed"])


@pytest.mark.workers
def test_a_benchmark_with_a_value_that_does_not_fit_is_told_in_a_line_with_its_place(project):
    project.write(
        "test_sums.py", project.path.joinpath("test_sums.py").read_text().replace("data=Rows([", "data=list([")
    )
    result = project.run()
    assert result.ret != 0
    text = result.stdout.str()
    assert "test_sums.py:4: Benchmark sums: data is a list; accepted: Rows([…]), File(…), Hub(…)\nhint: " in text
    for frame in ("in <module>", "__post_init__", "Traceback", "INTERNALERROR"):
        assert frame not in text


FIRST = "@benchmark(SUMS, threshold=1)\ndef test_it(scores):\n    pass\n"
SECOND = "\n\ndef test_it():\n    pass\n"


@pytest.mark.workers
@pytest.mark.parametrize("within", ["a module", "a class"])
@pytest.mark.parametrize("decorator", ["", "@benchmark(SUMS, name='other')"])
def test_a_test_that_takes_the_name_of_a_gate_is_refused_with_both_lines(project, sums, decorator, within):
    body = FIRST + (FIRST.replace("threshold=1", "name='other'") if decorator else SECOND.strip() + "\n")
    body = body.replace("(scores)", "(self, scores)").replace("it()", "it(self)") if within == "a class" else body
    lines = ["    " + line for line in body.splitlines()] if within == "a class" else body.splitlines()
    head = ["class TestSums:"] if within == "a class" else []
    project.write("test_sums.py", sums + "\n" + "\n".join([*head, *lines]) + "\n")
    first = (sums + "\n").count("\n") + len(head) + 1
    name = "TestSums.test_it" if head else "test_it"
    result = project.run()
    assert result.ret != 0
    said = f"test_sums.py:{first + 3}: @benchmark: {name} is declared twice (line {first} too); accepted: a name of its own"
    assert said in result.stdout.str()


def test_a_gate_that_keeps_another_name_and_those_made_in_a_loop_are_kept(plain_project, sums):
    loop = (
        "\n\nfor name in ('a', 'b'):\n    @benchmark(SUMS, name=name)\n    "
        "def test_it(scores):\n        pass\n    globals()['test_' + name] = test_it\n"
    )
    kept = "\n\n@benchmark(SUMS)\ndef test_two(scores):\n    pass\n\n\ntest_one = test_two\n"
    again = "\n\n@benchmark(SUMS, name='c')\ndef test_two(scores):\n    pass\n"
    plain_project.write("test_sums.py", sums + loop + "\n\ndel test_it\n" + kept + again)
    plain_project.run().assert_outcomes(passed=4)


CLASS = "\n\nclass TestSums:\n    @benchmark(SUMS{})\n    def test_{}(self, scores):\n        pass\n"


@pytest.mark.parametrize(
    ("again", "says"),
    [
        (CLASS.format(", name='b'", "b"), "{7}: @benchmark: TestSums is declared twice (line {0} too)"),
        (
            "\n\nclass TestSums:\n    def test_b(self):\n        pass\n",
            "{7}: @benchmark: TestSums is declared twice (line",
        ),
        (CLASS.format(", name='b'", "a"), "{7}: @benchmark: TestSums.test_a is declared twice (line {0} too)"),
        (
            "\n\nfrom unittest.mock import Mock as TestSums\n",
            "{0}: @benchmark: TestSums is something else at the end of",
        ),
        ("\n\ndef TestSums():\n    pass\n", "{0}: @benchmark: TestSums is something else at the end of the file"),
    ],
    ids=["a class", "one without gates", "the same method", "an import", "a function"],
)
def test_what_takes_the_name_of_a_class_with_gates_is_refused(plain_project, sums, again, says):
    plain_project.write("test_sums.py", sums + CLASS.format("", "a") + again)
    first = sums.count("\n") + 4
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    says = says.replace("{0}", str(first)).replace("{7}", str(first + 6))
    assert f"test_sums.py:{says}" in result.stdout.str()


def test_an_import_that_takes_the_name_of_a_gate_is_refused(plain_project, sums):
    plain_project.write("test_sums.py", f"{sums}\n\n{FIRST}\n\nfrom other import test_it\n")
    plain_project.write("other.py", SECOND)
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    assert "@benchmark: test_it is something else at the end of the file; accepted: a name of" in result.stdout.str()


def test_classes_within_classes_and_wrapped_gates_are_kept(plain_project, sums):
    inner = CLASS.format("", "a").replace("\n", "\n    ").replace("TestSums", "TestInner")
    wrapped = "\n\nimport functools\n\n\ndef wraps(f):\n    return functools.wraps(f)(lambda *a, **k: f(*a, **k))\n"
    wrapped += "\n\n@wraps\n@benchmark(SUMS, name='b')\ndef test_b(scores):\n    pass\n"
    plain_project.write(
        "test_sums.py", f"{sums}\n\nclass TestOuter:\n    pass\n{inner}\nTestOuter.again = TestOuter\n{wrapped}"
    )
    plain_project.run().assert_outcomes(passed=2)
