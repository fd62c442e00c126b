"""The table of options against the settings: fields, defaults, bounds, and the way there and back."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from pytest_evalscope.api.conduct import Junit
from pytest_evalscope.data import Source
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.options import BY_NAME, OPTIONS, Kind, Option
from pytest_evalscope.plugin.declare import Decide
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.run.options import _READERS, described, settings_from, value_of
from pytest_evalscope.run.prices import Price
from pytest_evalscope.run.settings import CacheMode, MediaLimits, Oversize
from pytest_evalscope.scorers.judging import Strategy
from pytest_evalscope.types import Policy

BASE = Path("base")
WITHIN: Mapping[str, Any] = {"": Settings, "data": Source, "media": MediaLimits, "model": ModelOptions}
OF_SETTINGS = [option for option in OPTIONS if option.field]
NUMBERS = [option for option in OPTIONS if option.kind in ("count", "number")]


def name_of(option: Option) -> str:
    return option.name


@pytest.fixture(autouse=True)
def no_options_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of this suite says."""
    for name in ("EVALSCOPE_CACHE_DIR", "EVALSCOPE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def settings(**texts: Any) -> Settings:
    """Return the settings that texts make, by names such as `data_dir`."""
    given = {name.replace("_", "-"): (text, f"--eval-{name.replace('_', '-')}") for name, text in texts.items()}
    return settings_from(given, BASE)


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the folder of the mirror that relative paths lead to."""
    monkeypatch.chdir(tmp_path)
    (BASE / "mirror").mkdir(parents=True)


def field_of(made: Settings, option: Option) -> Any:
    value: Any = made
    for name in option.field.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize("option", OF_SETTINGS, ids=name_of)
def test_an_option_names_a_field_of_the_settings(option):
    group, _, name = option.field.rpartition(".")
    assert name in {field.name for field in fields(WITHIN[group])}


def test_no_two_options_share_a_name_or_a_field():
    assert len(BY_NAME) == len(OPTIONS)
    named = [option.field for option in OF_SETTINGS]
    assert len(set(named)) == len(named)
    assert {option.name for option in OPTIONS if not option.field} == {
        *("threshold", "index", "fail-under", "junit", "junit-properties", "decide", "inconclusive", "redact"),
    }


def test_every_setting_has_an_option():
    of_model = {f"model.{field.name}" for field in fields(ModelOptions)}
    of_data = {f"data.{field.name}" for field in fields(Source)}
    of_media = {f"media.{field.name}" for field in fields(MediaLimits)}
    expected = {field.name for field in fields(Settings)} - {"model", "data", "media"} | of_model | of_data | of_media
    # A run fills these in by itself: from the folder of its cache, --eval-concurrency, --eval-cache, limits of jobs.
    expected -= {"model.keep", "model.concurrency", "model.replayed", "data.most"}
    assert {option.field for option in OF_SETTINGS} == expected


def test_an_option_has_a_flag_a_key_and_a_variable():
    option = BY_NAME["judge-max-requests"]
    assert (option.flag, option.key, option.variable) == (
        "--eval-judge-max-requests",
        "evalscope_judge_max_requests",
        "EVALSCOPE_JUDGE_MAX_REQUESTS",
    )
    assert {option.name for option in OPTIONS if option.many} == {"model", "judge", "threshold"}


def test_every_kind_of_option_is_read_and_has_what_it_needs():
    assert {*_READERS, "texts"} == set(get_args(Kind)) == {option.kind for option in OPTIONS}
    for option in OPTIONS:
        assert (option.kind == "choice") == bool(option.accepted), option.name
        bounded = (option.least, option.most) != (1, None)
        assert not bounded or option in NUMBERS, option.name


def test_a_choice_accepts_what_its_setting_may_be():
    types = {
        "hub": get_type_hints(Source)["hub"],
        "judge-strategy": Strategy,
        "cache": CacheMode,
        "junit": Junit,
        "media-oversize": Oversize,
        "decide": Decide,
        "inconclusive": Policy,
    }
    assert {option.name: option.accepted for option in OPTIONS if option.accepted} == {
        name: get_args(kind) for name, kind in types.items()
    }


# What a front door fills in: folders that hang on the machine.
FILLED_IN = ("cache-dir", "data-dir")


@pytest.mark.parametrize("option", OF_SETTINGS, ids=name_of)
def test_the_default_text_of_an_option_is_the_default_of_its_setting(option):
    default = settings_from({}, Path())
    if option.name == "data-dir":
        assert default.data.data_dir is None
    else:
        assert field_of(default, option) == field_of(Settings(), option)
    if option.name not in FILLED_IN:
        expected: Any = [option.default] if option.default else []
        assert described(Settings())[option.name] == (expected if option.many else option.default)


def test_options_of_the_front_door_have_their_default_text():
    made = described(Settings())
    assert {name: made[name] for name in ("threshold", "index", "fail-under", "junit")} == {
        "threshold": [],
        "index": [],
        "fail-under": "",
        "junit": "gates",
    }


GIVEN: dict[str, Any] = {
    "media-max-bytes": "1000",
    "media-max-pixels": "2000",
    "media-oversize": "refuse",
    "model": ["fake/echo", "fake/fixed:4"],
    "api-url": "http://127.0.0.1:1/v1",
    "model-args": '{"threads":2}',
    "generation-config": '{"temperature":0.5,"stop":["a","b"]}',
    "dataset-args": '{"sums":{"limit":2}}',
    "data-dir": str(BASE / "mirror"),
    "hub": "modelscope",
    "offline": "true",
    "limit": "0.25",
    "shuffle": "7",
    "shard": "3/8",
    "repeats": "2",
    "seed": "0",
    "concurrency": "5",
    "judge": ["fake/letter:A"],
    "judge-strategy": "llm_recall",
    "judge-concurrency": "3",
    "judge-max-requests": "9",
    "judge-api-url": "http://127.0.0.1:2/v1",
    "judge-key-variable": "JUDGE_KEY",
    "judge-generation-config": '{"temperature":null,"top_p":0.5}',
    "judge-args": '{"fake/letter:A":{"generation_config":{"seed":1}}}',
    "timeout": "0.5",
    "stream-timeout": "7",
    "sample-timeout": "1.5",
    "attempts": "2",
    "rpm": "0.125",
    "tpm": "1234567",
    "token-budget": "1000000",
    "cost-budget": "1e-06",
    "cache": "replay",
    "cache-dir": str(BASE / "completions"),
    "run-dir": str(BASE / "earlier"),
    "work-dir": str(BASE / "runs"),
    "sandbox": "off",
    "max-errors": "0.123456789",
}


@pytest.mark.usefixtures("mirror")
def test_settings_are_described_as_the_texts_that_make_them():
    assert {option.name for option in OF_SETTINGS} - {*GIVEN} == {"prices"}
    made = settings_from({name: (text, name) for name, text in GIVEN.items()}, Path())
    for option in OF_SETTINGS:
        if option.name != "prices":
            assert field_of(made, option) != field_of(Settings(), option), f"{option.name} is given its default"
    told = described(made)
    assert {name: told[name] for name in GIVEN} == GIVEN
    again = {name: (text, name) for name, text in told.items() if BY_NAME[name].field}
    assert settings_from(again, Path()) == made


@pytest.mark.parametrize("value", [600.0, 0.1, 1e-6, 1_000_000.0, 1234567.0, 0.123456789, 2 / 3, 1e22])
def test_a_number_is_described_to_its_last_digit(value):
    text = described(Settings(sample_timeout=value))["sample-timeout"]
    assert isinstance(text, str)
    assert float(text) == value
    assert len(text) <= len(repr(value))


def test_defaults_there_and_back_are_the_defaults():
    made = settings_from({}, Path())
    told = {name: (text, name) for name, text in described(made).items()}
    assert settings_from(told, Path()) == made


def test_what_was_typed_is_described_in_place_of_the_setting():
    typed: dict[str, Any] = {"prices": "prices.toml", "model": "fake/echo", "limit": "25e-2", "threshold": ["a=1"]}
    made = described(Settings(limit=0.25, prices={"fake/echo": Price(1.0, 2.0)}), typed)
    assert (made["prices"], made["model"], made["limit"]) == ("prices.toml", ["fake/echo"], "25e-2")
    assert made["threshold"] == ["a=1"]
    assert described(Settings(prices={"m": Price(1.0, 2.0)}))["prices"] == '{"m":{"input":1.0,"output":2.0}}'


def test_no_secret_is_described():
    secret = "http://me:hunter2@127.0.0.1/v1?api_key=hunter2"
    made = described(Settings(models=(secret,), model=ModelOptions(api_url=secret)), {"judge": secret})
    shown = "http://***@127.0.0.1/v1?api_key=***"
    assert (made["model"], made["api-url"], made["judge"]) == ([shown], shown, [shown])


@pytest.mark.parametrize("option", NUMBERS, ids=name_of)
def test_a_number_is_accepted_within_its_bounds_alone(option):
    def read(number: float) -> Any:
        return value_of(option, {option.name: (f"{number:.15g}", "THERE")}, BASE)

    inside = [option.least, *([] if option.most is None else [option.most])]
    for number in inside:
        assert read(number) == number
        assert type(read(number)) is (int if option.kind == "count" else float)
    outside = [option.least - 1, *([] if option.most is None else [option.most + 1])]
    kind = "a whole number" if option.kind == "count" else "a number"
    bounds = f"from {option.least:g}" + ("" if option.most is None else f" to {option.most:g}")
    for number in outside:
        with pytest.raises(UsageError) as refused:
            read(number)
        assert refused.value.message == f"THERE: not {kind} {bounds} ('{number:.15g}')"
    with pytest.raises(UsageError, match=rf"^THERE: not {kind} "):
        value_of(option, {option.name: ("many", "THERE")}, BASE)


@pytest.mark.parametrize("option", [option for option in OPTIONS if not option.many], ids=name_of)
def test_a_blank_text_is_no_value(option):
    for text in ("", "  "):
        assert value_of(option, {option.name: (text, option.flag)}, BASE) is None


def test_one_text_or_several_are_each_once_and_in_their_order():
    model = BY_NAME["model"]
    for text, read in (("a", ("a",)), (["b", "a", "b"], ("b", "a")), ([], ()), ("", ())):
        assert value_of(model, {"model": (text, model.flag)}, BASE) == read
    assert value_of(model, {}, BASE) == ()


def test_relative_paths_begin_at_the_base():
    assert settings().work_dir == BASE / "outputs"
    assert settings(work_dir=" runs ").work_dir == BASE / "runs"
    absolute = Path("runs").resolve()
    assert settings(work_dir=str(absolute)).work_dir == absolute


@pytest.mark.parametrize("mode", get_args(CacheMode))
def test_only_a_replay_needs_no_key(mode):
    assert settings(cache=mode).model.replayed == (mode == "replay")


@pytest.mark.usefixtures("mirror")
def test_the_mirror_is_where_an_option_says_and_nowhere_else(monkeypatch):
    monkeypatch.setenv("EVALSCOPE_DATA_DIR", "elsewhere")
    assert settings().data == Source()
    assert settings(data_dir="mirror").data == replace(Source(), data_dir=BASE / "mirror")


def test_a_shard_of_one_is_no_shard():
    assert settings(shard="1/1").shard is None
    assert settings(shard="2/3").shard == Shard(2, 3)


def test_a_folder_that_is_read_must_exist_and_one_that_is_made_must_have_room(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")

    def read(name: str, text: str) -> Any:
        return value_of(BY_NAME[name], {name: (text, f"--eval-{name}")}, tmp_path)

    for text, wrong in (("gone", "not found"), ("file", "it is a file"), ("file/below", "not found")):
        with pytest.raises(UsageError) as refused:
            read("data-dir", text)
        assert str(refused.value) == f"--eval-data-dir: {wrong} ({text}); accepted: a folder that exists"
    assert read("data-dir", ".") == tmp_path
    for name in ("cache-dir", "work-dir"):
        assert read(name, "new/deep") == tmp_path / "new" / "deep"
        for text in ("file", "file/below/it"):
            with pytest.raises(UsageError) as refused:
                read(name, text)
            assert str(refused.value) == (
                f"--eval-{name}: {tmp_path / 'file'} is a file ({text}); accepted: a folder, made where it is missing"
            )
    assert {option.name: option.found for option in OPTIONS if option.found} == {
        "data-dir": "folder",
        "cache-dir": "room",
        "work-dir": "room",
    }
    assert all(option.kind == "path" for option in OPTIONS if option.found)


def test_an_index_is_a_list_from_every_front_door():
    assert described(Settings())["index"] == described(Settings(), {"index": ()})["index"] == []
    assert described(Settings(), {"index": "a.json"})["index"] == ["a.json"]
    assert described(Settings(), {"index": ("a.json", "b.json")})["index"] == ["a.json", "b.json"]


def test_a_link_to_the_recorded_run_is_followed_when_the_settings_are_made(tmp_path):
    link = tmp_path / "latest"
    (tmp_path / "first").mkdir()
    link.symlink_to("first", target_is_directory=True)
    settings = Settings(run_dir=link)
    link.unlink()
    assert settings.run_dir == (tmp_path / "first").resolve()
