"""Options: command line over environment over ini file, and one clear sentence for a mistake."""

import json

import pytest

from pytest_evalscope.options import OPTIONS


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--eval-limit=many"], "--eval-limit: neither a count nor a share ('many')"),
        (["--eval-limit=1.5"], "--eval-limit: neither a count nor a share ('1.5')"),
        (["--eval-limit=0"], "--eval-limit: neither a count nor a share ('0')"),
        (["--eval-repeats=0"], "--eval-repeats: not a whole number from 1 ('0')"),
        (["--eval-cache=onn"], "--eval-cache: unknown name ('onn'); did you mean on?"),
        (["--eval-junit=gate"], "--eval-junit: unknown name ('gate'); did you mean gates?"),
        (["--eval-hub=huggingfase"], "--eval-hub: unknown name ('huggingfase'); did you mean huggingface?"),
        (["--eval-max-errors=2"], "--eval-max-errors: not a number from 0 to 1 ('2')"),
        (["--eval-timeout=nan"], "--eval-timeout: not a number from 0.001 ('nan')"),
        (["--eval-rpm=0"], "--eval-rpm: not a number from 0.001 ('0')"),
        (["--eval-sample-timeout=0"], "--eval-sample-timeout: not a number from 0.001 ('0')"),
        (["--eval-stream-timeout=soon"], "--eval-stream-timeout: not a number from 0.001 ('soon')"),
        (["--eval-generation-config=warm"], "--eval-generation-config: not key=value ('warm')"),
        (["--eval-dataset-args={bad"], "--eval-dataset-args: not a JSON object"),
        (["--eval-dataset-args=gsm8k=3"], "the options of 'gsm8k' are not an object (3)"),
        (["--eval-model=fakes/echo"], "fakes"),
        (["--eval-threshold=sums.accuracy=high"], "sums.accuracy=high"),
        (["--eval-fail-under="], "--eval-fail-under: it is empty (''); accepted: --eval-fail-under=X"),
        (["--eval-index="], "--eval-index: it is empty (''); accepted: --eval-index="),
    ],
)
def test_a_mistake_is_one_sentence_and_no_traceback(plain_project, args, says):
    result = plain_project.run(*args)
    text = result.stderr.str() + result.stdout.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR, text
    assert says in text
    assert "Traceback" not in text


@pytest.mark.workers
def test_a_mistake_in_the_ini_file_is_told_by_the_controller(project):
    project.write("pytest.ini", "[pytest]\nevalscope_cache = onn\n")
    result = project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ini key evalscope_cache: unknown name ('onn')" in result.stderr.str() + result.stdout.str()


def test_command_line_wins_over_environment_over_ini(project, monkeypatch):
    project.write("pytest.ini", "[pytest]\nevalscope_limit = 2\nevalscope_repeats = 2\nevalscope_seed = 7\n")
    monkeypatch.setenv("EVALSCOPE_LIMIT", "3")
    monkeypatch.setenv("EVALSCOPE_REPEATS", "3")
    project.run("--eval-limit=4").assert_outcomes(passed=1)
    options = json.loads((project.folder / "configs" / "run.json").read_text(encoding="utf-8"))["options"]
    assert (options["limit"], options["repeats"], options["seed"]) == ("4", "3", "7")


def test_model_has_a_short_form(project):
    project.run("--model", "fake/fixed:4").assert_outcomes(passed=1)


def test_limit_and_repeats(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums
        + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.planned == 6\n    assert scores.accuracy.n == 6\n",
    )
    plain_project.run("--eval-limit=3", "--eval-repeats=2").assert_outcomes(passed=1)
    plain_project.run("--eval-limit=0.3", "--eval-repeats=2").assert_outcomes(passed=1)


def test_dataset_args_override_one_benchmark(plain_project, sums):
    plain_project.write(
        "test_sums.py", sums + "\n\n@benchmark(SUMS, limit=5)\ndef test_sums(scores):\n    assert scores.planned == 2\n"
    )
    plain_project.run('--eval-dataset-args={"sums": {"limit": 2}}').assert_outcomes(passed=1)


def test_thresholds_command_line_over_file_over_decorator(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums
        + "\n\n@benchmark(SUMS, threshold=0.9)\ndef test_sums(scores, threshold):\n    assert scores.accuracy >= threshold\n",
    )
    plain_project.run().assert_outcomes(failed=1)
    plain_project.write("thresholds.toml", "[default]\nsums.accuracy = 0.1\n")
    plain_project.run().assert_outcomes(passed=1)
    plain_project.write("thresholds.toml", '[default]\nsums.accuracy = 0.1\n\n["fake/fixed:4"]\nsums.accuracy = 0.2\n')
    plain_project.run().assert_outcomes(failed=1)
    plain_project.run("--eval-threshold=sums.accuracy=0.05").assert_outcomes(passed=1)


def test_a_secret_in_a_url_is_not_written_down(project):
    project.run("--eval-api-url=http://user:hunter2@127.0.0.1:1/v1?api_key=hunter2").assert_outcomes(passed=1)
    written = "".join(path.read_text(encoding="utf-8") for path in project.folder.rglob("*.json*"))
    assert "hunter2" not in written


@pytest.mark.workers
@pytest.mark.parametrize(
    "value", ["/data/evalscope", "~/.cache/evalscope", "C:\\cache", "cache", "./on", "evalscope-data"]
)
def test_a_folder_in_evalscope_s_own_variable_is_not_ours(project, monkeypatch, value):
    monkeypatch.setenv("EVALSCOPE_CACHE", value)
    project.run().assert_outcomes(passed=1)
    assert project.report("../configs/run.json")["options"]["cache"] == "on"


def test_a_mode_in_that_variable_is_ours(plain_project, monkeypatch):
    monkeypatch.setenv("EVALSCOPE_CACHE", "off")
    plain_project.run().assert_outcomes(passed=1)
    assert plain_project.report("../configs/run.json")["options"]["cache"] == "off"


@pytest.mark.parametrize("value", ["replya", "Off", "refesh"])
def test_a_misspelt_mode_in_that_variable_is_told(plain_project, monkeypatch, value):
    monkeypatch.setenv("EVALSCOPE_CACHE", value)
    result = plain_project.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*EVALSCOPE_CACHE: unknown name ('{value}')*"])


def test_no_option_has_another_variable_of_evalscope():
    theirs = {"EVALSCOPE_LANGUAGE", "EVALSCOPE_HEARTBEAT_INTERVAL", "EVALSCOPE_LOG_LEVEL", "MODELSCOPE_CACHE"}
    assert not theirs & {option.variable for option in OPTIONS}
