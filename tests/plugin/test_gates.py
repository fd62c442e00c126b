"""A gate passes, fails, or cannot be computed: three things that never look alike."""

import json
import xml.etree.ElementTree as ET

import pytest


def test_a_gate_that_holds_passes(project):
    result = project.run()
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    index = project.report("index.json")
    assert index["schema"] == 1


@pytest.mark.workers
def test_a_gate_that_fails_is_a_failed_test_that_says_by_how_much(project, sums):
    project.write(
        "test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.accuracy >= 0.25\n"
    )
    result = project.run("--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*accuracy 0.100 ± * (95 % 0.0*, n=10) is below 0.25*", "*test_sums.py:*: AssertionError"]
    )
    result.stdout.fnmatch_lines(["FAILED test_sums.py::test_sums*"])
    case = ET.parse(project.path / "junit.xml").find(".//testcase")
    assert case is not None
    assert case.find("failure") is not None


@pytest.mark.workers
def test_junit_carries_value_interval_n_threshold_and_weight(project):
    project.run("--junitxml=junit.xml")
    found = ET.parse(project.path / "junit.xml").findall(".//testcase/properties/property")
    properties = {item.attrib["name"]: item.attrib["value"] for item in found}
    assert properties["evalscope.accuracy.value"] == "0.1"
    assert float(properties["evalscope.accuracy.low"]) < 0.1 < float(properties["evalscope.accuracy.high"])
    assert properties["evalscope.accuracy.n"] == "10"
    assert properties["evalscope.accuracy.threshold"] == "0.05"
    assert properties["evalscope.weight"] == "1.0"
    assert properties["evalscope.benchmark"] == "sums"
    assert len(found) == len(properties)


@pytest.mark.workers
@pytest.mark.parametrize("stage", ["model", "scorer"])
def test_a_gate_over_lost_samples_is_an_error_and_no_low_score(project, sums, stage):
    broken = sums + (
        "\nfrom dataclasses import replace\n\n"
        "def bad(*args):\n    raise RuntimeError('the tokenizer is on fire')\n\n"
        "async def bad_solve(sample, context):\n    bad()\n\n"
        "class BadScore:\n    metrics = ('accuracy',)\n    __call__ = bad\n    failed = staticmethod(lambda sample: {'accuracy': 0.0})\n\n"
        + (
            "BROKEN = replace(SUMS, solve=bad_solve)\n"
            if stage == "model"
            else "BROKEN = replace(SUMS, score=BadScore())\n"
        )
        + "\n@benchmark(BROKEN)\ndef test_sums(scores):\n    assert scores.accuracy >= 0\n"
    )
    project.write("test_sums.py", broken)
    result = project.run()
    result.assert_outcomes(errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["*10 of 10 samples have no score*the tokenizer is on fire*"])


def test_missing_data_is_an_error_that_names_what_was_tried(project, sums):
    project.write(
        "test_sums.py",
        'from pytest_evalscope import benchmark\n\n@benchmark("gsm8k")\ndef test_gsm8k(scores):\n    assert scores.accuracy\n',
    )
    (project.path / "nowhere").mkdir()
    result = project.run("--eval-data-dir=nowhere")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*data set openai/gsm8k: *not found; tried *nowhere*", "*where a mirror is named *no hub is requested*"]
    )


def test_a_few_lost_samples_are_tolerated_where_that_was_asked(project, sums):
    project.write(
        "test_sums.py",
        sums + "\nfrom dataclasses import replace\nfrom pytest_evalscope.errors import ModelError\n\n"
        "async def sometimes(sample, context):\n"
        "    if sample.input.startswith('1 '):\n        raise ModelError('endpoint: down')\n"
        "    return await context.generate(({'role': 'user', 'content': sample.input},))\n\n"
        "@benchmark(replace(SUMS, solve=sometimes))\ndef test_sums(scores):\n"
        "    assert scores.outcomes['model_error'] == 1\n    assert scores.accuracy == 0.1\n",
    )
    project.run().assert_outcomes(errors=1)
    project.run("--eval-max-errors=0.1").assert_outcomes(passed=1)


@pytest.mark.workers
def test_what_a_model_says_cannot_end_an_xdist_run(project, sums):
    project.write(
        "test_sums.py",
        sums + "\nimport pathlib\nfrom dataclasses import replace\nfrom pytest_evalscope import Completion\n\n"
        "class Text(str):\n    pass\n\nclass Real(float):\n    pass\n\n"
        "async def odd(sample, context):\n    return Completion(text='\\ud83d 4 \\x1b[31m')\n\n"
        "@benchmark(replace(SUMS, solve=odd))\ndef test_sums(scores, record_property):\n"
        "    record_property('path', pathlib.Path('x'))\n    record_property(Text('n'), Real(1.0))\n"
        "    text = scores.samples[0].answer\n    assert text == '\\ud83d', Text('lone \\ud83d surrogate')\n",
    )
    result = project.pytester.runpytest_subprocess(*project.mode, "--eval-model=fake/echo", "--eval-cache-dir=cache")
    result.assert_outcomes(failed=1)
    assert "INTERNALERROR" not in result.stdout.str()


def test_two_models_are_two_items(project):
    result = project.run("--eval-model=fake/fixed:4", "--eval-model=fake/fixed:999")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["FAILED test_sums.py::test_sums[[]fake/fixed:999-default[]]*"])


ENDINGS = """
def answer(prompt: str):
    finish = {"1": "content_filter", "2": "length"}.get(prompt.split()[0], "stop")
    return {"choices": [{"message": {"content": "4"}, "finish_reason": finish}]}
"""


def test_filtered_replies_are_an_error_of_the_gate_and_cut_ones_a_count(plain_project):
    plain_project.write("shop.py", ENDINGS)
    result = plain_project.run("--model=python/shop:answer")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*1 of 10 samples have no score (1 filtered), more than the allowed 0 %: first error *: *content filter*"]
    )
    tolerant = plain_project.run("--model=python/shop:answer", "--eval-max-errors=0.1")
    tolerant.assert_outcomes(passed=1)
    tolerant.stdout.fnmatch_lines(["*unscored*truncated*"])
    [report] = (plain_project.folder / "reports").glob("python_*/sums.json")
    counts = json.loads(report.read_text(encoding="utf-8"))["subsets"]["default"]
    assert (counts["outcomes"], counts["unscored"]) == ({"filtered": 1, "truncated": 1, "scored": 8}, 1)
    assert counts["metrics"]["accuracy"]["value"] == 0.1, "the reply that was cut is right, and marked"
