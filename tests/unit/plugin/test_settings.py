"""From options to settings: each option has its field, its default, its bounds, and its place in a complaint."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_evalscope.data import Source
from pytest_evalscope.gates import option_entries
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.options import OPTIONS
from pytest_evalscope.plugin.options import given, value_of
from pytest_evalscope.plugin.settings import PluginSettings, checked_settings, options_of, read_settings, settings_of
from pytest_evalscope.run import RunFolder, Settings, Shard
from pytest_evalscope.run.prices import Price
from pytest_evalscope.run.settings import default_cache_dir

PRICES = '["fake/echo"]\ninput = 1\noutput = 2\n["fake/fixed:4"]\ninput = 0\noutput = 0\n'


def test_without_an_option_every_setting_is_its_default(config, pytester):
    assert read_settings(config()) == PluginSettings(
        run=Settings(
            models=(),
            data=Source(data_dir=None, hub="huggingface", offline=False),
            model=ModelOptions(),
            cache_dir=default_cache_dir(),
            work_dir=pytester.path / "outputs",
        ),
        thresholds=(),
        junit="gates",
        junit_properties=True,
        fail_under=None,
        decide=None,
        inconclusive="warn",
    )


GIVEN = (
    "--eval-model=fake/echo", "--model=fake/fixed:4", "--eval-model=fake/echo", "--eval-api-url=http://127.0.0.1:1",
    "--eval-model-args=threads=2", "--eval-generation-config=temperature=0.5",
    '--eval-dataset-args={"sums": {"limit": 2}}', "--eval-data-dir=mirror", "--eval-hub=modelscope",
    "--eval-offline=yes", "--eval-limit=0.25", "--eval-shard=3/8", "--eval-repeats=2", "--eval-seed=0",
    "--eval-concurrency=1", "--eval-judge=fake/echo", "--eval-judge=fake/letter:A", "--eval-judge=fake/echo",
    "--eval-judge-strategy=llm_recall", "--eval-judge-concurrency=1", "--eval-judge-max-requests=1",
    "--eval-judge-api-url=http://127.0.0.1:2", "--eval-timeout=0.001", "--eval-stream-timeout=0.001",
    "--eval-sample-timeout=0.001", "--eval-attempts=1", "--eval-rpm=0.001", "--eval-tpm=1",
    "--eval-token-budget=1", "--eval-cost-budget=0.000001", "--eval-prices=prices.toml", "--eval-cache=replay",
    "--eval-cache-dir=replies", "--eval-run-dir=earlier", "--eval-work-dir=runs", "--eval-sandbox=off",
    "--eval-max-errors=1", "--eval-threshold=sums.accuracy=0.5", "--eval-threshold=sums=1", "--eval-fail-under=0",
    "--eval-junit=off", "--eval-junit-properties=no", "--eval-decide=value", "--eval-inconclusive=fail",
)  # fmt: skip


def test_every_option_becomes_a_setting(config, pytester):
    pytester.path.joinpath("prices.toml").write_text(PRICES, encoding="utf-8")
    base = pytester.path
    (base / "mirror").mkdir()
    assert replace(read_settings(config(*GIVEN)), given={}) == PluginSettings(
        run=Settings(
            models=("fake/echo", "fake/fixed:4"),
            data=Source(data_dir=base / "mirror", hub="modelscope", offline=True),
            model=ModelOptions(
                api_url="http://127.0.0.1:1",
                args={"threads": 2},
                timeout=0.001,
                silence=0.001,
                attempts=1,
                rpm=0.001,
                tpm=1.0,
                replayed=True,
            ),
            params={"temperature": 0.5},
            dataset_args={"sums": {"limit": 2}},
            limit=0.25,
            shard=Shard(3, 8),
            repeats=2,
            seed=0,
            concurrency=1,
            sample_timeout=0.001,
            judges=("fake/echo", "fake/letter:A"),
            judge_strategy="llm_recall",
            judge_concurrency=1,
            judge_max_requests=1,
            judge_api_url="http://127.0.0.1:2",
            cache="replay",
            cache_dir=base / "replies",
            work_dir=base / "runs",
            run_dir=base / "earlier",
            sandbox="off",
            token_budget=1,
            cost_budget=0.000001,
            prices={"fake/echo": Price(1.0, 2.0), "fake/fixed:4": Price(0.0, 0.0)},
            max_errors=1.0,
        ),
        thresholds=tuple(option_entries(["sums.accuracy=0.5", "sums=1"])),
        junit="off",
        junit_properties=False,
        fail_under=0.0,
        decide="value",
        inconclusive="fail",
    )


NUMBERS = [
    ("repeats", "0", "not a whole number from 1 ('0')"),
    ("seed", "-1", "not a whole number from 0 ('-1')"),
    ("concurrency", "0", "not a whole number from 1 ('0')"),
    ("judge-concurrency", "0", "not a whole number from 1 ('0')"),
    ("judge-max-requests", "0", "not a whole number from 1 ('0')"),
    ("attempts", "0", "not a whole number from 1 ('0')"),
    ("token-budget", "0", "not a whole number from 1 ('0')"),
    ("timeout", "0", "not a number from 0.001 ('0')"),
    ("stream-timeout", "0", "not a number from 0.001 ('0')"),
    ("sample-timeout", "0", "not a number from 0.001 ('0')"),
    ("rpm", "0", "not a number from 0.001 ('0')"),
    ("tpm", "0.5", "not a number from 1 ('0.5')"),
    ("cost-budget", "0", "not a number from 1e-06 ('0')"),
    ("fail-under", "-0.1", "not a number from 0 to 1 ('-0.1')"),
    ("fail-under", "2", "not a number from 0 to 1 ('2')"),
    ("data-dir", "/nosuch", "not found (/nosuch); accepted: a folder that exists"),
    ("max-errors", "-0.1", "not a number from 0 to 1 ('-0.1')"),
    ("max-errors", "1.1", "not a number from 0 to 1 ('1.1')"),
]
NAMES = [
    ("hub", "modelscop", "unknown name ('modelscop'); did you mean modelscope?"),
    ("cache", "replai", "unknown name ('replai'); did you mean replay?"),
    ("junit", "sample", "unknown name ('sample'); did you mean samples?"),
    ("judge-strategy", "lm", "unknown name ('lm'); did you mean llm?"),
    ("offline", "maybe", "neither yes nor no ('maybe'); accepted: true, false"),
    ("shard", "0/2", "not a shard ('0/2'); accepted: I/N with I from 1 to N, such as 3/8"),
    ("limit", "-1", "neither a count nor a share ('-1'); accepted: a whole number from 1, or a share such as 0.1"),
]
PAIRS = [
    (name, "warm", "not key=value ('warm'); accepted: key=value,key=value, or a JSON object")
    for name in ("model-args", "generation-config", "dataset-args")
]


@pytest.mark.parametrize(("name", "value", "says"), [*NUMBERS, *NAMES, *PAIRS])
def test_a_mistake_names_the_place_where_it_was_written(options, monkeypatch, name, value, says):
    key = name.replace("-", "_")
    with pytest.raises(pytest.UsageError) as told:
        checked_settings(options(**{key: value}))
    assert str(told.value) == f"--eval-{name}: {says}"
    monkeypatch.setenv(f"EVALSCOPE_{key.upper()}", value)
    with pytest.raises(pytest.UsageError) as told:
        checked_settings(options())
    assert str(told.value) == f"EVALSCOPE_{key.upper()}: {says}"


@pytest.mark.parametrize("name", ["sandbox", "prices"])
def test_a_sandbox_or_a_price_table_that_there_is_not_is_told_with_its_place(config, name):
    with pytest.raises(pytest.UsageError, match=f"^--eval-{name}: "):
        checked_settings(config("--eval-model=fake/echo", f"--eval-{name}=nowhere"))


def test_command_line_environment_and_ini_file_are_read_in_this_order(config, pytester, monkeypatch):
    [many] = (option for option in OPTIONS if option.name == "model")
    [one] = (option for option in OPTIONS if option.name == "work-dir")
    assert given(config(), many) is None
    assert value_of(config(), "work-dir") == "outputs"
    pytester.makeini(
        "[pytest]\nevalscope_model =\n    fake/echo\n    fake/fixed:a b\nevalscope_work_dir = from the ini\n"
    )
    assert given(config(), many) == (["fake/echo", "fake/fixed:a b"], "ini key evalscope_model")
    assert given(config(), one) == ("from the ini", "ini key evalscope_work_dir")
    monkeypatch.setenv("EVALSCOPE_MODEL", "  ")
    monkeypatch.setenv("EVALSCOPE_WORK_DIR", "")
    assert given(config(), one) == ("from the ini", "ini key evalscope_work_dir"), "a blank variable says nothing"
    monkeypatch.setenv("EVALSCOPE_MODEL", " fake/echo  fake/error ")
    monkeypatch.setenv("EVALSCOPE_WORK_DIR", " from the environment ")
    assert given(config(), many) == (["fake/echo", "fake/error"], "EVALSCOPE_MODEL")
    assert given(config(), one) == ("from the environment", "EVALSCOPE_WORK_DIR")
    made = config("--eval-work-dir", " from the line ", "--model=fake/fixed:x")
    assert given(made, many) == (["fake/fixed:x"], "--eval-model")
    assert given(made, one) == (" from the line ", "--eval-work-dir")
    assert value_of(made, "work-dir") == "from the line"


def test_models_judges_and_thresholds_are_checked_before_anything_runs(config):
    for args, says in (
        (["--eval-model=fake/echo", "--eval-model=fakes/echo"], "model provider: unknown name ('fakes')"),
        (["--eval-model=fake/echo", "--eval-judge=fakes/echo"], "model provider: unknown name ('fakes')"),
        (["--eval-model=fake/echo", "--eval-threshold=sums"], "--eval-threshold: not a threshold ('sums')"),
    ):
        with pytest.raises(pytest.UsageError) as told:
            checked_settings(config(*args))
        assert str(told.value).startswith(says)


def test_every_model_that_was_named_needs_a_price_and_no_other(config, pytester):
    pytester.path.joinpath("prices.toml").write_text(PRICES, encoding="utf-8")
    priced = "--eval-prices=prices.toml"
    assert checked_settings(config(priced)).run.models == (), "none is named, and none may be needed"
    for args in (["--eval-model=fake/letter:A"], ["--eval-model=fake/echo", "--eval-judge=fake/letter:A"]):
        with pytest.raises(pytest.UsageError, match=r"^--eval-prices: price of a model: unknown name"):
            checked_settings(config(priced, *args))
    with pytest.raises(pytest.UsageError, match=r"^--eval-cost-budget: no price is known"):
        checked_settings(config("--eval-model=fake/echo", "--eval-cost-budget=1"))


def test_with_a_run_folder_no_model_is_opened_and_nothing_divided(config, pytester):
    with pytest.raises(pytest.UsageError, match=r"^--eval-run-dir: not a run folder"):
        checked_settings(config("--eval-run-dir=earlier"))
    folder = RunFolder(Path("earlier").resolve())
    folder.create()
    folder.write_json("configs/run.json", {})
    pytester.path.joinpath("prices.toml").write_text(PRICES, encoding="utf-8")
    kept = ("--eval-run-dir=earlier", "--eval-model=elsewhere/gone")
    made = checked_settings(config(*kept, "--eval-prices=prices.toml"))
    assert made.run.models == ("elsewhere/gone",), "neither its provider nor its price is looked for"
    with pytest.raises(pytest.UsageError) as told:
        checked_settings(config(*kept, "--eval-shard=1/2"))
    assert (
        str(told.value) == "--eval-shard: nothing is requested with --eval-run-dir, so there is nothing to divide (1/2)"
    )


def test_the_run_folder_is_told_every_option_and_no_secret(config):
    secret = "http://me:hunter2@127.0.0.1/v1?api_key=hunter2"
    made = config(f"--eval-api-url={secret}", f"--eval-model=hf/{secret}", "--eval-model=fake/echo")
    options = options_of(read_settings(made))
    shown = "http://***@127.0.0.1/v1?api_key=***"
    assert options == {
        **{option.name: option.default for option in OPTIONS},
        "api-url": shown,
        "model": [f"hf/{shown}", "fake/echo"],
        "judge": [],
        "index": [],
        "threshold": [],
    }
    plain = config()
    assert options_of(read_settings(plain))["model"] == []


def test_settings_are_read_once(options):
    config = options()
    first = settings_of(config)
    config.option.evalscope_seed = "7"
    assert settings_of(config) is first
    assert checked_settings(config).run.seed == 7
