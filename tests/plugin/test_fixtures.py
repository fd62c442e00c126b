"""The fixtures of an ordinary test: the model behind a synchronous door, recorded scores, an application under test."""

import pytest


@pytest.mark.workers
def test_model_answers_an_ordinary_test(project):
    project.write(
        "test_sums.py",
        "def test_hello(model):\n    assert model('hello') == 'hello'\n"
        "    assert model.generate([{'role': 'user', 'content': 'x'}]).text == 'x'\n    assert model.name == 'fake/echo'\n",
    )
    project.run(model="fake/echo").assert_outcomes(passed=1)


def test_several_models_parametrize_an_ordinary_test(project):
    project.write("test_sums.py", "def test_hello(model):\n    assert model('hello') == 'hello'\n")
    result = project.run("--eval-model=fake/echo", "--eval-model=fake/fixed:no")
    result.assert_outcomes(passed=1, failed=1)


@pytest.mark.workers
def test_recorded_scores_enter_the_reports(project):
    project.write(
        "test_sums.py",
        "import pytest\n\n\n@pytest.mark.parametrize('n', range(4))\ndef test_cases(record_score, n):\n"
        "    record_score({'recall': n / 4})\n",
    )
    result = project.run()
    result.assert_outcomes(passed=4)
    [path] = (project.folder / "reports").glob("*/cases.json")
    report = project.report(str(path.relative_to(project.folder / "reports")))
    assert report["overall"]["metrics"]["recall"]["value"] == 0.375
    assert report["overall"]["planned"] == 4


def test_a_recorded_score_is_a_finite_number(plain_project):
    plain_project.write("test_sums.py", "def test_it(record_score):\n    record_score(float('nan'))\n")
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*record_score: not a finite number (score=nan)*"])


def test_a_fixture_called_model_puts_an_application_under_test(project):
    project.write(
        "conftest.py",
        "import pytest\n\n\n@pytest.fixture\ndef model():\n"
        "    def application(messages):\n        first, _, second = messages[-1]['content'].split()\n"
        "        return str(int(first) + int(second))\n\n    return application\n",
    )
    project.run().assert_outcomes(passed=1)
    [path] = (project.folder / "reports").glob("*/sums.json")
    assert (
        project.report(str(path.relative_to(project.folder / "reports")))["overall"]["metrics"]["accuracy"]["value"]
        == 1
    )


def test_scores_without_a_benchmark_is_told(plain_project):
    plain_project.write("test_sums.py", "def test_it(scores):\n    pass\n")
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*scores: this test declares no benchmark*", "hint: decorate it with @benchmark*"])


def test_a_threshold_that_is_nowhere_set_is_told(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores, threshold):\n    assert scores.accuracy >= threshold\n",
    )
    result = plain_project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sums*threshold*"])


def test_samples_can_be_read_in_the_test(project, sums):
    project.write(
        "test_sums.py",
        sums
        + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    right = [r for r in scores.samples if r.values['accuracy']]\n"
        "    assert [(r.target, r.answer) for r in right] == [('4', '4')]\n",
    )
    project.run().assert_outcomes(passed=1)


def test_an_unknown_metric_names_the_nearest(plain_project, sums):
    plain_project.write(
        "test_sums.py", sums + "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.acuracy > 0\n"
    )
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*metric of sums: unknown name ('acuracy'); did you mean accuracy?*"])
