"""Providers of other distributions, by their entry points."""

import sys
from importlib.metadata import EntryPoint

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.models import ModelOptions, installed, resolve
from pytest_evalscope.models.resolve import has_provider
from pytest_evalscope.types import Chat

OPTIONS = ModelOptions(args={"depth": 3})
NOT_CALLABLE = "just a text"


class Model:
    identity, can = {"mine": 1}, frozenset({Chat})  # a plain stand-in

    def __init__(self, name):
        self.name = name

    async def send(self, request):
        raise AssertionError

    async def aclose(self):
        pass


def open_mine(rest, options):
    assert options is OPTIONS
    return Model(f"mine/{rest}")


def open_nothing(rest, options):
    return None


def fail(rest, options):
    raise KeyError("no such thing")


def leave(rest, options):
    sys.exit("no licence")


@pytest.fixture(autouse=True)
def bring(monkeypatch):
    """Return a function that makes other distributions bring providers: (name, place), …"""

    def bring(*places):
        points = [EntryPoint(name, f"{place}", installed.GROUP) for name, place in places]
        monkeypatch.setattr(installed, "entry_points", lambda group: points if group == installed.GROUP else [])
        installed.installed_providers.cache_clear()

    # The module of this very test is what the entry points name.
    monkeypatch.setitem(sys.modules, "providers_of_a_test", sys.modules[__name__])
    yield bring
    installed.installed_providers.cache_clear()


def test_its_models_are_opened_with_the_options(bring):
    bring(("mine", "providers_of_a_test:open_mine"))
    assert resolve("mine/a/b", OPTIONS).name == "mine/a/b"
    assert [has_provider(name) for name in ("mine/x", "mine", "yours/x", "openai/x", "openai", "smollm2")] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_it_is_among_the_names_that_are_known(bring):
    bring(("mine", "providers_of_a_test:open_mine"))
    with pytest.raises(UnknownName, match=r"did you mean mine\?"):
        resolve("minne/x", OPTIONS)
    with pytest.raises(UsageError, match=r"accepted: openai/<model>, .*, mine/<model>"):
        resolve("gpt-4o", OPTIONS)


@pytest.mark.parametrize("name", ["mine", "mine/"])
def test_a_model_must_be_named(bring, name):
    bring(("mine", "providers_of_a_test:open_mine"))
    with pytest.raises(UsageError, match=r"^model: no model after mine \('mine/'\); accepted: mine/<model>$"):
        resolve(name, OPTIONS)


def test_a_built_in_provider_takes_precedence(bring):
    bring(("fake", "providers_of_a_test:open_mine"), ("mine", "providers_of_a_test:open_mine"))
    assert type(resolve("fake/echo", ModelOptions())).__module__ == "pytest_evalscope.models.providers.fake"
    assert resolve("mine/x", OPTIONS).name == "mine/x"


def test_two_of_one_name_are_an_error_where_it_is_used(bring):
    bring(("mine", "providers_of_a_test:open_mine"), ("mine", "providers_of_a_test:fail"))
    with pytest.raises(UsageError, match=r"^model provider mine: two have this name \(.*:open_mine and .*:fail\); one"):
        resolve("mine/x", OPTIONS)


def test_the_same_place_twice_is_one(bring):
    bring(*[("mine", "providers_of_a_test:open_mine")] * 2)
    assert resolve("mine/x", OPTIONS).name == "mine/x"


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("no_such_module_at_all:x", r"cannot be opened by no_such_module_at_all:x \(ModuleNotFoundError: No module"),
        ("providers_of_a_test:missing", r"cannot be opened by .* \(AttributeError: "),
        ("providers_of_a_test:NOT_CALLABLE", r"cannot be opened by .* \(TypeError: 'str' object is not callable"),
        (
            "providers_of_a_test:fail",
            r"cannot be opened by .* \(KeyError: 'no such thing', at .*_installed.py:\d+\)",
        ),
        ("providers_of_a_test:leave", r"cannot be opened by .* \(SystemExit: no licence, at .*_installed.py:\d+\)"),
        (
            "not a place!",
            r"cannot be opened by .* \(not a place in a module; accepted: package.module:NAME\)",
        ),
    ],
)
def test_a_provider_that_fails_is_told_without_a_traceback(bring, place, problem):
    bring(("mine", place))
    with pytest.raises(UsageError, match=f"^model mine/x: {problem}"):
        resolve("mine/x", OPTIONS)


def test_a_provider_whose_module_is_broken_is_told_by_file_and_line(bring, tmp_path, monkeypatch):
    (tmp_path / "broken_provider.py").write_text("x = 1\ndef f(:\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    bring(("mine", "broken_provider:open"))
    with pytest.raises(UsageError) as caught:
        resolve("mine/x", OPTIONS)
    place = tmp_path / "broken_provider.py"
    assert caught.value.message == (
        f"model mine/x: cannot be opened by broken_provider:open (SyntaxError: invalid syntax, at {place}:2)"
    )


def test_what_it_opens_must_be_a_model(bring):
    bring(("mine", "providers_of_a_test:open_nothing"))
    with pytest.raises(UsageError, match=r"^mine/x: neither a model nor a function \(NoneType\)"):
        resolve("mine/x", OPTIONS)
