"""Values that an option or a decorator cannot have are refused by the name they were written by."""

import pytest

OPTIONS = {
    "--eval-fail-under=2": "--eval-fail-under: not a number from 0 to 1 ('2')",
    "--eval-fail-under=-0.1": "--eval-fail-under: not a number from 0 to 1 ('-0.1')",
    "--eval-fail-under=nan": "--eval-fail-under: not a number from 0 to 1 ('nan')",
    "--eval-fail-under=high": "--eval-fail-under: not a number from 0 to 1 ('high')",
    "--eval-data-dir=/nosuch": "--eval-data-dir: not found (/nosuch); accepted: a folder that exists",
    "--eval-data-dir=test_sums.py": "--eval-data-dir: it is a file (test_sums.py)",
    "--eval-work-dir=test_sums.py": "test_sums.py is a file (test_sums.py); accepted: a folder, made where it is missing",
    "--eval-cache-dir=test_sums.py/x": "--eval-cache-dir: ",
    "--eval-run-dir=/nosuch": "--eval-run-dir: ",
    "--eval-prices=/nosuch": "--eval-prices: ",
    "--eval-index=/nosuch.json": "--eval-index: file not found (/nosuch.json)",
    "--eval-repeats=-1": "--eval-repeats: not a whole number from 1 ('-1')",
    "--eval-seed=-1": "--eval-seed: not a whole number from 0 ('-1')",
    "--eval-concurrency=0": "--eval-concurrency: not a whole number from 1 ('0')",
    "--eval-judge-concurrency=0": "--eval-judge-concurrency: not a whole number from 1 ('0')",
    "--eval-judge-max-requests=x": "--eval-judge-max-requests: not a whole number from 1 ('x')",
    "--eval-attempts=0": "--eval-attempts: not a whole number from 1 ('0')",
    "--eval-timeout=-1": "--eval-timeout: not a number from 0.001 ('-1')",
    "--eval-tpm=0": "--eval-tpm: not a number from 1 ('0')",
    "--eval-token-budget=0": "--eval-token-budget: not a whole number from 1 ('0')",
    "--eval-cost-budget=0": "--eval-cost-budget: not a number from 1e-06 ('0')",
    "--eval-max-errors=-1": "--eval-max-errors: not a number from 0 to 1 ('-1')",
    "--eval-media-max-bytes=0": "--eval-media-max-bytes: not a whole number from 1 ('0')",
    "--eval-media-max-pixels=1.5": "--eval-media-max-pixels: not a whole number from 1 ('1.5')",
    "--eval-shard=9/8": "--eval-shard: ",
    "--eval-limit=-1": "--eval-limit: neither a count nor a share ('-1')",
    '--eval-dataset-args={"sums": {"limit": -1}}': "--eval-dataset-args of sums: limit does not fit (-1)",
    '--eval-dataset-args={"sums": {"repeats": 0}}': "--eval-dataset-args of sums: repeats does not fit (0)",
    '--eval-dataset-args={"sums": {"few_shot": -1}}': "--eval-dataset-args of sums: few_shot is not a whole number",
    '--eval-dataset-args={"sums": {"few_shot_num": -1}}': "--eval-dataset-args of sums: few_shot_num is not a whole",
    '--eval-dataset-args={"sums": {"params": 3}}': "--eval-dataset-args of sums: params does not fit (3)",
    '--eval-dataset-args={"sums": {"few_shots": 3}}': "unknown name ('few_shots'); did you mean few_shot",
}


@pytest.mark.parametrize("option", OPTIONS)
def test_a_value_that_an_option_cannot_have_is_refused_by_its_name(plain_project, option):
    result = plain_project.run(option)
    text = " ".join((result.stderr.str() + result.stdout.str()).split())
    assert result.ret in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED), text
    assert OPTIONS[option] in text
    assert "Traceback" not in text
    assert not list((plain_project.path / "outputs").rglob("*.jsonl"))


@pytest.mark.workers
@pytest.mark.parametrize("option", ["--eval-fail-under=2", "--eval-data-dir=/nosuch"])
def test_so_it_is_however_the_tests_are_run(project, option):
    result = project.run(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert OPTIONS[option] in " ".join(result.stderr.str().split())


DECLARED = {
    "@benchmark(SUMS, few_shot=-1)": "@benchmark: few_shot is not a whole number of at least 0 (-1)",
    "@benchmark(SUMS, few_shot='2')": "@benchmark: few_shot is not a whole number of at least 0 ('2')",
    "@benchmark(SUMS, limit=0)": "@benchmark: limit does not fit (0); accepted: a whole number from 1, or a share",
    "@benchmark(SUMS, limit=-3)": "@benchmark: limit does not fit (-3)",
    "@benchmark(SUMS, limit=1.5)": "@benchmark: limit does not fit (1.5)",
    "@benchmark(SUMS, limit=True)": "@benchmark: limit does not fit (True)",
    "@benchmark(SUMS, limit='5')": "@benchmark: limit does not fit ('5')",
    "@benchmark(SUMS, repeats=0)": "@benchmark: repeats does not fit (0); accepted: a whole number from 1",
    "@benchmark(SUMS, repeats=2.0)": "@benchmark: repeats does not fit (2.0)",
    "@benchmark(SUMS, params=3)": "@benchmark: params does not fit (3)",
    "@benchmark(SUMS, extra=3)": "@benchmark: extra is not a dict (3)",
    "@benchmark(SUMS, template=3)": "@benchmark: template is not text (3)",
    "@benchmark(SUMS, template='Say it')": "@benchmark: template has no place for the question ('Say it')",
    "@benchmark(SUMS, system=3)": "@benchmark: system is not text (3)",
    "@benchmark(SUMS, subsets=[])": "@benchmark: subsets is not a list of names (())",
    "@benchmark(SUMS, subsets=['defalt'])": "subset of sums: unknown name ('defalt'); did you mean default",
    "@benchmark(SUMS, tags='zh')": "@benchmark: tags is a text ('zh'); accepted: a list, such as ['zh']",
    "@benchmark(SUMS, weight=-1)": "@benchmark: weight does not fit (-1); accepted: a finite number from 0",
    "@benchmark(SUMS, weight=float('nan'))": "@benchmark: weight does not fit (nan)",
    "@benchmark(SUMS, weight='2')": "@benchmark: weight does not fit ('2')",
    "@benchmark(SUMS, name=3)": "@benchmark: name is no text (3)",
    "@benchmark(SUMS, name=' ')": "@benchmark: name is blank (' ')",
    "@benchmark(SUMS, threshold='0.5')": "not a finite number ('0.5'); accepted: a number such as 0.6",
    "@benchmark(SUMS, threshold=float('nan'))": "not a finite number (nan)",
    "@benchmark(SUMS, aggregation='max')": "@benchmark: aggregation: unknown name ('max')",
    "@benchmark(3)": "@benchmark: not a benchmark (3); accepted: the name of one, or a Benchmark",
    "@index('a.json', count=0)": "@index: count does not fit (0); accepted: a whole number from 1",
    "@index('a.json', count=1.5)": "@index: count does not fit (1.5)",
    "@index('a.json', seed=-1)": "@index: seed does not fit (-1)",
    "@index('a.json', sampler='even')": "@index: sampler: unknown name ('even'); known: weighted",
    "@index('a.json', normalize='none')": "@index: normalize: unknown name ('none'); known: product, level",
    "@index(3)": "@index: not an index (3); accepted: a schema, a mixed set, or the path of either",
    "@arena(data=SUMS, models=['a'])": "arena: too few models (a); at least 2 are needed",
    "@arena(data=SUMS, models=['fake/echo', 'fake/fixed:1'], schedule='cup')": "arena: schedule: unknown name ('cup')",
    "@arena(data=SUMS, models=['fake/echo', 'fake/fixed:1'], limit=0)": "@arena: limit does not fit (0)",
    "@arena(data=3, models=['a', 'b'])": "@arena: data: not a benchmark (3)",
}
FIXTURE = {"@b": "scores", "@i": "report", "@a": "leaderboard"}


@pytest.mark.parametrize("decorator", DECLARED)
def test_a_value_that_a_decorator_cannot_have_is_refused_by_its_name(plain_project, sums, decorator):
    plain_project.write(
        "test_sums.py",
        sums
        + f"from pytest_evalscope import arena, index\n\n\n{decorator}\ndef test_it({FIXTURE[decorator[:2]]}):\n    pass\n",
    )
    result = plain_project.run("--eval-judge=fake/echo")
    text = " ".join((result.stderr.str() + result.stdout.str()).split())
    result.assert_outcomes(errors=1)
    assert DECLARED[decorator] in text
    assert "Traceback" not in text
    assert not list((plain_project.path / "outputs").rglob("*.jsonl"))
