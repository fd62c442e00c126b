"""A task's options one by one: kinds of model, keys and headers, generation parameters, arguments of weights."""

from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.compat import TaskConfig
from pytest_evalscope.compat.models import model_name, named_model
from pytest_evalscope.compat.names import WITHOUT_COUNTERPART, key_of
from pytest_evalscope.compat.settings import folder_of, settings_of
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.keyed import headers_with

URL = "http://127.0.0.1:1/v1"
KEY = "sk-SENTINEL"
DRY = "fake/echo or fake/letter:A answer by a rule, for a dry run"
OWN = "a function of your own may call any service: python/<module>:<function>"


def refused(call: Any, *given: Any) -> str:
    """Return the whole text of the error that a call ends in."""
    with pytest.raises(UsageError) as told:
        call(*given)
    return str(told.value)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("mock_llm", DRY),
        *((kind, OWN) for kind in ("litellm", "systemone_api", "autotrust_api", "text2image", "text2speech")),
        ("image_editing", OWN),
        ("custom", OWN),
    ],
)
def test_a_kind_of_model_without_counterpart_says_what_there_is_instead(kind, hint):
    task = TaskConfig(model="m", eval_type=kind)
    assert refused(model_name, task) == f"TaskConfig eval_type: not supported ({kind!r})\nhint: {hint}"


def test_a_kind_that_there_is_not_and_a_model_that_is_not_named():
    assert refused(model_name, TaskConfig(model="m", eval_type="openai_responses_ap")).startswith(
        "TaskConfig eval_type: unknown name ('openai_responses_ap'); did you mean openai_responses_api"
    )
    assert refused(model_name, TaskConfig(model="", eval_type="server")) == (
        f"TaskConfig model: none is named; accepted: provider/model, such as openai/NAME\nhint: {DRY}"
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"model": "openai", "eval_type": "server"}, "openai/openai"),
        ({"model": "smollm2", "api_url": URL}, "smollm2"),
        ({"model": "m", "eval_type": "openai"}, "openai/m"),
        ({"model": "m", "eval_type": "openai_responses_api", "api_url": URL}, "responses/m"),
        ({"model": "weights", "api_url": URL}, "openai/weights"),
        ({"model": "weights", "eval_type": "checkpoint"}, "hf/weights"),
        ({"model": "~/weights"}, "hf/~"),
        ({"model": "m"}, "m"),
    ],
)
def test_names_in_borderline_cases(folder, monkeypatch, fields, name):
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    (folder / "weights").mkdir()
    if name == "hf/~":
        name = f"hf/{folder / 'weights'}"
    assert model_name(TaskConfig(**fields)) == name


@pytest.mark.parametrize(
    ("name", "kind", "meant"),
    [
        ("openai/x", "llm_ckpt", "hf"),
        ("responses/x", "checkpoint", "hf"),
        ("openai/x", "anthropic_api", "anthropic"),
        ("anthropic/x", "openai_responses_api", "responses"),
        ("hf/x", "server", "openai"),
        ("responses/x", "openai_api", "openai"),
        ("fake/echo", "service", "openai"),
        ("gguf/x", "openai", "openai"),
    ],
)
def test_a_kind_that_contradicts_the_name_is_refused(name, kind, meant):
    assert refused(model_name, TaskConfig(model=name, eval_type=kind)) == (
        f"TaskConfig eval_type: contradicts the model's name ({kind!r}, {name}), which says what it is already\n"
        f"hint: leave eval_type out, or write the model as {meant}/{name}"
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("hf/x", "llm_ckpt"), ("gguf/x", "checkpoint"), ("openai/x", "server"), ("anthropic/x", "anthropic_api")],
)
def test_a_kind_that_agrees_with_the_name_changes_nothing(name, kind):
    assert model_name(TaskConfig(model=name, eval_type=kind)) == name


def test_a_model_of_ones_own_goes_by_its_id_or_name():
    def answer(prompt: str) -> str:
        return prompt

    class Named:
        name = "mine"

    class Nameless:
        """An application."""

    own: Any = Named()
    nameless: Any = Nameless()
    options = ModelOptions()
    assert named_model(TaskConfig(model=answer), options) == {"answer": answer}
    assert named_model(TaskConfig(model=answer, model_id="i"), options) == {"i": answer}
    assert named_model(TaskConfig(model=own), options) == {"mine": own}
    assert named_model(TaskConfig(model=nameless), options) == {"Nameless": nameless}
    assert named_model(TaskConfig(model="fake/echo", model_id="i"), options) == {"i": "fake/echo"}
    assert named_model(TaskConfig(model=Path("fake/echo")), options) == {"fake/echo": "fake/echo"}
    listed = "only openai/, responses/ and anthropic/ models take one"
    for task, said in (
        (TaskConfig(model=answer, api_url=URL), "api_url: would be lost, for the model is an object"),
        (TaskConfig(model=answer, api_key=KEY), "api_key: would be lost, for the model is an object"),
        (TaskConfig(model="fake/echo", api_url=URL), "api_url: would be lost, for fake/echo takes none"),
    ):
        assert refused(named_model, task, options) == f"TaskConfig {said}; {listed}"
    assert named_model(TaskConfig(model="fake/echo", api_key="EMPTY"), options) == {"fake/echo": "fake/echo"}


@pytest.mark.parametrize("key", [None, "", "  ", "EMPTY", " EMPTY "])
def test_no_key_is_no_key(key):
    assert key_of(TaskConfig(model="m", api_key=key).api_key, "TaskConfig api_key") is None
    assert named_model(TaskConfig(model="openai/m", api_key=key), ModelOptions()) == {"openai/m": "openai/m"}


def test_a_key_that_no_header_may_carry_is_refused():
    for key in ("kéy", "k\ney"):
        assert refused(key_of, TaskConfig(model="m", api_key=key).api_key, "TaskConfig api_key") == (
            "TaskConfig api_key: contains characters that no HTTP header may carry; accepted: printable ASCII"
        )
    found = key_of(TaskConfig(model="m", api_key=KEY).api_key, "TaskConfig api_key")
    assert found is not None
    assert found.get_secret_value() == KEY


def test_a_key_takes_the_place_of_one_variable_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "of the environment")
    monkeypatch.setenv("OTHER", "other")
    asked: list[Any] = []

    def make(read: Any) -> dict[str, str]:
        asked.extend(read(name) for name in ("OPENAI_API_KEY", "OTHER"))
        return {"made": "so"}

    headers = headers_with(lambda: KEY, make, "OPENAI_API_KEY")
    assert asked == [], "the environment is read when a request is sent"
    assert headers() == {"made": "so"}
    assert asked == [KEY, "other"]


def generation(**given: Any) -> TaskConfig:
    return TaskConfig(model="m", generation_config=given)


@pytest.mark.parametrize("name", WITHOUT_COUNTERPART)
def test_a_generation_parameter_without_counterpart_is_refused(name):
    hints = {
        "batch_size": "\nhint: eval_batch_size is the number of requests in flight",
        "retry_interval": "\nhint: pauses grow, and follow the endpoint's own wish",
    }
    said = f"generation_config {name}: not supported; leave it out{hints.get(name, '')}"
    assert refused(settings_of, generation(**{name: 1})) == said
    assert settings_of(generation(**{name: None})).params == {}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("n", 0, "whole number from 1"), ("n", 1.5, "whole number from 1"), ("n", True, "whole number from 1"),
        ("n", "2", "whole number from 1"), ("retries", -1, "whole number from 1"), ("timeout", 0, "number above 0"),
        ("timeout", float("inf"), "number above 0"), ("timeout", False, "number above 0"),
    ],
)  # fmt: skip
def test_a_number_of_the_generation_that_does_not_fit_is_refused(name, value, word):
    said = f"generation_config {name}: does not fit ({value!r}); accepted: a {word}"
    assert refused(settings_of, generation(**{name: value})) == said


def test_numbers_of_the_generation_and_of_the_task():
    made = settings_of(generation(n=2.0, timeout=0.5, retries=1))
    assert (made.repeats, made.model.timeout, made.model.attempts, made.params) == (2, 0.5, 1, {})
    assert type(made.repeats) is int
    assert type(settings_of(generation(timeout=3)).model.timeout) is float
    plain = settings_of(generation())
    assert (plain.repeats, plain.model.timeout, plain.model.attempts) == (1, 600.0, 6)
    both = settings_of(TaskConfig(model="m", repeats=2, timeout=7, generation_config={"n": 2, "timeout": 3}))
    assert (both.repeats, both.model.timeout) == (2, 7)
    clash = TaskConfig(model="m", repeats=3, generation_config={"n": 2})
    assert refused(settings_of, clash) == ("generation_config n: contradicts repeats (2, 3); leave one of them out")
    assert settings_of(TaskConfig(model="m", repeats=1, generation_config={"n": 2})).repeats == 2


def test_sampling_streams_and_stops():
    assert settings_of(generation(do_sample=None, stop_seqs=["a"])).params == {"stop": ["a"]}
    assert settings_of(generation(do_sample=True, temperature=0.3)).params == {"temperature": 0.3}
    assert settings_of(generation(do_sample=False, temperature=0.3)).params == {"temperature": 0.0}
    for stream in (True, False):
        assert settings_of(TaskConfig(model="m", stream=stream)).params == {"stream": stream}
    assert settings_of(TaskConfig(model="m")).params == {}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"precision": "torch.float16"}, {"dtype": "float16"}),
        ({"torch_dtype": "bfloat16"}, {"dtype": "bfloat16"}),
        ({"precision": "auto", "device_map": "auto"}, {}),
        ({"device_map": "cuda:0"}, {"device": "cuda:0"}),
        ({"revision": "master"}, {}),
        ({"revision": "v1"}, {"revision": "v1"}),
        ({"threads": 2, "other": None, "attn": "auto", "master": "revision"}, {"threads": 2, "master": "revision"}),
    ],
)
def test_arguments_of_local_weights_are_in_our_names(given, made):
    assert settings_of(TaskConfig(model="m", model_args=given)).model.args == made


def test_folders_of_a_task(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    assert folder_of(TaskConfig(work_dir="~/w", no_timestamp=True)) == folder / "w"
    assert folder_of(TaskConfig(work_dir="~/w")) is None
    assert settings_of(TaskConfig(work_dir="~/w")).work_dir == folder / "w"
    assert settings_of(TaskConfig(dataset_dir="~/d")).data.data_dir == folder / "d"
    assert refused(folder_of, TaskConfig(use_cache="~/used")) == (
        f"TaskConfig use_cache: not a run folder ({folder / 'used'}); accepted: one with configs/run.json"
    )
    (folder / "used" / "configs").mkdir(parents=True)
    (folder / "used" / "configs" / "run.json").write_text("{}", encoding="utf-8")
    assert folder_of(TaskConfig(use_cache="~/used", work_dir="w", no_timestamp=True)) == folder / "used"


def test_an_empty_seed_is_the_usual_one_and_zero_is_a_seed():
    assert [settings_of(TaskConfig(model="m", seed=seed)).seed for seed in (None, 0, 5)] == [42, 0, 5]
    empty = settings_of(TaskConfig(model="m", dataset_args={"a": {}, "b": {"limit": 1}}))
    assert empty.dataset_args == {"b": {"limit": 1}}
    assert (empty.max_errors, empty.cache, empty.model.replayed, empty.concurrency) == (0.0, "on", False, 32)
    again = settings_of(TaskConfig(model="m", rerun_review=True, ignore_errors=True, eval_batch_size=1))
    assert (again.max_errors, again.cache, again.model.replayed, again.concurrency) == (1.0, "replay", True, 1)


def test_an_endpoint_is_checked_and_its_key_goes_with_it():
    assert refused(named_model, TaskConfig(model="openai/m", api_url="nowhere"), ModelOptions()).startswith(
        "TaskConfig api_url: not a base URL ('nowhere')"
    )
    options = ModelOptions(api_url=URL)
    [(name, opened)] = named_model(TaskConfig(model="openai/m", api_url=URL, api_key=KEY), options).items()
    assert (name, getattr(opened, "name", None)) == ("openai/m", "openai/m")
    assert named_model(TaskConfig(model="openai/m", api_url=URL), options) == {"openai/m": "openai/m"}
    [opened] = named_model(TaskConfig(model="anthropic/m", api_url=URL), options).values()
    assert getattr(opened, "name", None) == "anthropic/m", "a URL of this protocol is none among the options"
    with pytest.raises(UnknownName):
        model_name(TaskConfig(model="m", eval_type="servers"))
