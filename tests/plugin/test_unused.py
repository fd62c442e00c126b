"""Names in options and files that no collected test has are errors."""

import pytest

OTHER = "\n\nOTHER = __import__('dataclasses').replace(SUMS, name='other')\n\n\n@benchmark(OTHER)\ndef test_other(scores):\n    pass\n"
ARGS = '--eval-dataset-args={{"{}": {{"few_shot": 0}}}}'


@pytest.fixture
def two(project, sums):
    project.write("evals/test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n" + OTHER)
    (project.path / "test_sums.py").unlink()
    return project


def said(result):
    return " ".join((result.stdout.str() + result.stderr.str()).split())


@pytest.mark.workers
@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--eval-threshold=summs.accuracy=0.5", "--eval-threshold: test of a benchmark: unknown name ('summs'); did you mean sums"),
        ("--eval-threshold=sums/defalt=0.5", "unknown name ('sums/defalt'); did you mean sums/default"),
        (ARGS.format("summs"), "--eval-dataset-args: test of a benchmark: unknown name ('summs'); did you mean sums"),
    ],
)  # fmt: skip
def test_a_name_on_the_command_line_that_no_test_has_is_a_usage_error(two, option, says):
    result = two.run(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert says in said(result)
    assert "INTERNALERROR" not in said(result)
    assert not list((two.path / "outputs").rglob("*.jsonl")), "nothing was requested"


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--eval-threshold=gsm8k=0.5", "--eval-threshold: no collected test is of this name ('gsm8k'); collected: other, sums"),
        (ARGS.format("gsm8k"), "--eval-dataset-args: no collected test is of this name ('gsm8k')"),
        ("--eval-threshold=x=0.5", "--eval-threshold: test of a benchmark: unknown name ('x'); known: "),
    ],
)  # fmt: skip
def test_a_name_of_another_benchmark_is_one_too(plain_project, sums, option, says):
    plain_project.write("test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n" + OTHER)
    result = plain_project.run(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert says in said(result)
    assert plain_project.run(option, "--collect-only").ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.workers
def test_a_name_on_the_command_line_where_no_eval_is_collected_is_one(project):
    project.write("test_sums.py", "def test_plain():\n    pass\n")
    result = project.run("--eval-threshold=sums=0.5")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "unknown name ('sums'); known: none" in said(result)


@pytest.mark.workers
def test_a_name_on_the_command_line_of_a_deselected_test_is_one(two):
    result = two.run("-k", "sums and not other", "--eval-threshold=other=0.0")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--eval-threshold: its tests were not selected ('other'); selected: sums" in said(result)
    two.run("-k", "test_sums and not other", "--eval-threshold=sums=0.0").assert_outcomes(passed=1)


@pytest.mark.workers
@pytest.mark.parametrize("table", ["default", "application", "fake/other"])
def test_a_name_in_the_file_that_no_test_has_is_a_usage_error_in_whichever_table(two, table):
    two.write("evals/thresholds.toml", f'["{table}"]\nsums.accuracy = 0.0\nsummms.accuracy = 0.5\n')
    result = two.run("evals")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"thresholds.toml [{table}]: test of a benchmark: unknown name ('summms'); did you mean sums" in said(result)


def test_in_the_file_a_test_that_was_left_out_is_none(plain_project, sums):
    plain_project.write("evals/test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n" + OTHER)
    plain_project.write("evals/more/test_more.py", "def test_plain():\n    pass\n")
    (plain_project.path / "test_sums.py").unlink()
    plain_project.write("evals/thresholds.toml", "[default]\nother.accuracy = 0.0\n")
    for chosen in (("-k", "test_sums"), ("--deselect=evals/test_sums.py::test_other",), ("-m", "not evalscope")):
        assert plain_project.run(*chosen).ret == 0, chosen
    plain_project.write("evals/thresholds.toml", "[default]\nwhatever.accuracy = 0.0\n")
    for part in (
        ("evals/test_sums.py",),
        ("evals/test_sums.py::test_sums",),
        ("--ignore=evals/more",),
        ("evals/more",),
    ):
        assert plain_project.run(*part).ret == 0, part
    for whole in ((), ("evals",), (".",), ("evals/more", "evals")):
        result = plain_project.run(*whole)
        result.assert_outcomes(passed=1, errors=2)
        assert result.ret == 10, whole
    assert plain_project.run("-k", "test_sums").ret == pytest.ExitCode.USAGE_ERROR
    plain_project.write("evals/more/test_more.py", "import pytest\n\npytest.importorskip('nothing_of_this_name')\n")
    assert plain_project.run("evals").ret == 0, "what is in the file that was skipped is not known"


def test_in_the_file_above_a_part_of_the_tests_a_name_that_looks_misspelt_is_a_remark(plain_project, sums):
    plain_project.write("evals/test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n")
    (plain_project.path / "test_sums.py").unlink()
    plain_project.write("thresholds.toml", "[default]\nsumms.accuracy = 0.9\nanother.accuracy = 0.9\ngsm8k = 0.9\n")
    result = plain_project.run("evals")
    assert result.ret == 0
    remarks = [line for line in result.stdout.lines if line.startswith("remark: ")]
    assert len(remarks) == 1
    assert "thresholds.toml [default]: test of a benchmark: unknown name ('summs'); did you mean sums" in remarks[0]


def test_a_subset_that_the_test_leaves_out_is_named_in_the_file_and_not_on_the_line(plain_project):
    plain_project.write(
        "test_sums.py",
        "from pytest_evalscope import benchmark\n\n\n"
        "@benchmark('smoke_knowledge', limit=2, subsets=['en'])\ndef test_it(scores):\n    pass\n",
    )
    plain_project.write("thresholds.toml", '[default]\n"smoke_knowledge/zh".accuracy = 0.9\n')
    assert plain_project.run().ret == 0
    result = plain_project.run("--eval-threshold=smoke_knowledge/zh=0.9")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_names_in_environment_and_ini_file_may_be_of_tests_left_out_and_keep_no_ordinary_test_from_running(
    plain_project, sums, monkeypatch
):
    plain_project.write("evals/test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    pass\n" + OTHER)
    plain_project.write("tests/test_plain.py", "def test_plain():\n    pass\n")
    (plain_project.path / "test_sums.py").unlink()
    monkeypatch.setenv("EVALSCOPE_THRESHOLD", "other=0.0")
    for chosen in ((), ("-k", "test_sums"), ("tests",)):
        assert plain_project.run(*chosen).ret == 0, chosen
    monkeypatch.setenv("EVALSCOPE_THRESHOLD", "otter=0.0")
    assert plain_project.run("tests").ret == 0
    part = plain_project.run("evals")
    assert part.ret == 0
    assert "remark: EVALSCOPE_THRESHOLD: test of a benchmark: unknown name ('otter')" in said(part)
    plain_project.run().assert_outcomes(passed=1, errors=2)
    monkeypatch.delenv("EVALSCOPE_THRESHOLD")
    plain_project.write("pytest.ini", "[pytest]\nevalscope_threshold = otter=0.0\n")
    assert plain_project.run("tests").ret == 0
    result = plain_project.run()
    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["ini key evalscope_threshold: test of a benchmark: unknown name ('otter')*"])
    assert plain_project.run("-k", "test_sums").ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.workers
def test_a_name_in_the_file_that_no_test_has_keeps_no_ordinary_test_from_running(project):
    project.write("thresholds.toml", "[default]\nsumms.accuracy = 0.9\n")
    project.write("test_plain.py", "def test_plain():\n    pass\n")
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["*thresholds.toml [[]default[]]: test of a benchmark: unknown name ('summs')*"])


def test_a_broken_test_file_is_reported_before_the_names_that_it_may_have(plain_project):
    plain_project.write("test_broken.py", "import nothing_of_this_name\n")
    result = plain_project.run("--eval-threshold=other=0.5")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "nothing_of_this_name" in said(result)


MIXED = """
import pytest

from pytest_evalscope import CollectionSchema, DatasetInfo, WeightedSampler, dump_jsonl_data, index
from test_sums import SUMS

SCHEMA = CollectionSchema("mine", datasets=[DatasetInfo("sums", 1), DatasetInfo("smoke_facts", 1)])
dump_jsonl_data(WeightedSampler(SCHEMA, benchmarks=[SUMS]).sample(4), "mine.jsonl")


@index("{file}", benchmarks=[SUMS])
def test_mine(report):
    pass
"""


def test_the_benchmarks_of_a_mixed_set_have_options_and_those_of_a_schema_do_not(plain_project, sums):
    plain_project.write("mine.json", '{"name": "mine", "datasets": [{"name": "smoke_facts", "weight": 1}]}')
    plain_project.write("test_sums.py", sums)
    for file, name, code in (
        ("mine.jsonl", "smoke_facts", 0),
        ("mine.jsonl", "sums", 0),
        ("mine.jsonl", "summs", 4),
        ("mine.json", "smoke_facts", 4),
    ):
        plain_project.write("test_mixed.py", MIXED.replace("{file}", file))
        plain_project.write("conftest.py", "import sys\n\nsys.path.insert(0, '.')\n")
        result = plain_project.run(f'--eval-dataset-args={{"{name}": {{"system": "Be brief."}}}}')
        assert result.ret == code, said(result)


def test_a_threshold_for_a_part_of_an_index_or_for_hand_scored_cases_holds_nothing(plain_project, sums):
    plain_project.write("mine.json", '{"name": "mine", "datasets": [{"name": "sums", "weight": 1}]}')
    plain_project.write(
        "test_sums.py",
        sums + "\n\nfrom pytest_evalscope import index\n\n\n@index('mine.json', benchmarks=[SUMS])\n"
        "def test_mine(report):\n    assert report.weighted_avg >= 0\n\n\n"
        "def test_cases(record_score):\n    record_score(0.1)\n",
    )
    plain_project.run().assert_outcomes(passed=2)
    for name in ("sums", "mine", "cases"):
        result = plain_project.run(f"--eval-threshold={name}=0.9")
        assert result.ret == pytest.ExitCode.USAGE_ERROR, name


@pytest.mark.workers
@pytest.mark.parametrize(
    ("table", "remarks"), [("fake/fixd:4", 1), ("fake/fixed:5", 0), ("fake/echo", 0), ("fake/fixed:4", 0)]
)
def test_a_table_that_nearly_has_the_name_of_the_model_is_a_remark(project, table, remarks):
    project.write("thresholds.toml", f"['{table}']\nsums.accuracy = 0.0\n")
    result = project.run()
    assert result.ret == 0
    said = f"thresholds.toml: no model here is named {table}; did you mean fake/fixed:4?"
    assert sum(said in line for line in result.stdout.lines) == remarks
