"""A Python function becomes a tool, or it is told why not; arguments are checked before a call."""

from functools import partial, wraps
from typing import Annotated, Any, Literal, Optional

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Tool, definitions, tool
from pytest_evalscope.types.schema import problem_of
from pytest_evalscope.types.tools import ACCEPTED, bound, state_tool


def book(
    flight: Annotated[str, "its number"],
    seats: int,
    price: float = 9.5,
    *,
    meal: Literal["none", "fish"] = "none",
    names: list[str] | None = None,
    extra: Optional[dict[str, int]] = None,  # noqa: UP045 - the older spelling of a hint must do too
    window: bool = False,
) -> str:
    """Book seats on a flight.

    More is for people.
    """
    return f"{flight} {seats} {price} {meal} {names} {extra} {window}"


def test_a_function_becomes_a_tool():
    made = tool(book)
    assert (made.name, made.description) == ("book", "Book seats on a flight.")
    assert made.parameters == {
        "type": "object",
        "properties": {
            "flight": {"type": "string", "description": "its number"},
            "seats": {"type": "integer"},
            "price": {"type": "number", "default": 9.5},
            "meal": {"type": "string", "enum": ["none", "fish"], "default": "none"},
            "names": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            "extra": {"anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}]},
            "window": {"type": "boolean", "default": False},
        },
        "required": ["flight", "seats"],
        "additionalProperties": False,
    }
    function = {"name": "book", "description": "Book seats on a flight.", "parameters": made.parameters}
    assert made.definition == {"type": "function", "function": function}
    assert made.call(flight="A1", seats=2) == "A1 2 9.5 none None None False"
    assert tool(made) is made


def test_bare_containers_and_a_function_without_parameters_or_docstring():
    def take(one: list, two: dict, three: Literal[1, "a", None]): ...  # type: ignore[type-arg]  # bare, as people write

    def nothing(): ...

    assert tool(take).parameters["properties"] == {
        "one": {"type": "array"}, "two": {"type": "object"}, "three": {"enum": [1, "a", None]},
    }  # fmt: skip
    made = tool(nothing)
    assert (made.description, made.parameters["properties"], made.parameters["required"]) == ("", {}, [])


def test_methods_partials_and_decorated_functions_are_tools_too():
    class Desk:
        def ask(self, question: str) -> str:
            """Ask."""
            return f"asked {question}"

    def logged(function):
        @wraps(function)
        def around(*args, **named):
            return function(*args, **named)

        return around

    assert list(tool(Desk().ask).parameters["properties"]) == ["question"]
    assert tool(Desk().ask).call(question="x") == "asked x"
    named = tool(partial(book, "A1", price=1.0))
    assert named.name == "book"
    assert "flight" not in named.parameters["properties"]
    assert "price" not in named.parameters["properties"], "what is fixed already is not the model's"
    assert tool(logged(book)).parameters == tool(book).parameters


def test_the_first_parameter_of_a_tool_on_a_state_is_not_the_model_s():
    def add(state: "Nowhere", amount: int) -> int:  # type: ignore[name-defined]  # noqa: F821 - hidden from the model
        state.append(amount)
        return len(state)

    made = state_tool(add)
    assert list(made.parameters["properties"]) == ["amount"]
    assert (bound(made, [1]).call(amount=2), bound(made, []).call(amount=2)) == (2, 1)
    with pytest.raises(UsageError, match=r"^tool alone: it has no parameter for the environment's state"):
        state_tool(alone)


def alone() -> None: ...


def without_hint(text): ...
def several(*texts: str): ...
def others(**texts: str): ...
def by_place(text: str, /): ...
def anything(text: Any): ...
def many(texts: set[str]): ...
def keyed(texts: dict[int, str]): ...
def unknown(text: "Nowhere"): ...  # type: ignore[name-defined]  # noqa: F821 - that is the test


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (without_hint, f"tool without_hint: the parameter 'text' has no type hint; accepted: {ACCEPTED}"),
        (several, "tool several: a model cannot fill in '*texts: str'; accepted: parameters that have a name of their"),
        (others, "tool others: a model cannot fill in '**texts: str'"),
        (by_place, "tool by_place: a model cannot fill in 'text: str'"),
        (anything, "tool anything: the parameter 'text' has a type hint without a JSON schema here (Any)"),
        (many, "tool many: the parameter 'texts' has a type hint without a JSON schema here (set[str])"),
        (keyed, "tool keyed: the parameter 'texts' has a type hint without a JSON schema here (dict[int, str])"),
        (unknown, "tool unknown: a type hint cannot be read (name 'Nowhere' is not defined)"),
        (len, "tool: not a Python function (builtin_function_or_method); accepted: a function, a method"),
        (int, "tool: not a Python function (type)"),
    ],
)
def test_a_function_that_does_not_do_is_told(function, said):
    with pytest.raises(UsageError) as caught:
        tool(function)
    assert caught.value.message.startswith(said)


@pytest.mark.parametrize("name", ["", "two words", "a" * 65, "naïve", "a.b"])
def test_a_name_that_endpoints_refuse_is_refused(name):
    with pytest.raises(UsageError, match=r"^tool: not a name"):
        Tool(name=name, parameters={"type": "object"}, call=print)


def test_parameters_that_are_no_object_are_refused():
    with pytest.raises(UsageError, match=r"^tool a: its parameters are no object \(type 'string'\)"):
        Tool(name="a", parameters={"type": "string"}, call=print)


def test_definitions_and_tools_may_be_mixed():
    made = tool(book)
    assert definitions(({"name": "theirs"}, made)) == ({"name": "theirs"}, made.definition)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"flight": "A1", "seats": 2}, ""),
        ({"flight": "A1", "seats": 2, "price": 3, "names": ["x"], "extra": {"a": 1}, "meal": "fish"}, ""),
        ({"flight": "A1", "seats": 2, "names": None}, ""),
        ({"flight": "A1"}, "'seats' is missing"),
        ({"flight": 1, "seats": 2}, "'flight' is not of type string (1)"),
        ({"flight": "A1", "seats": "2"}, "'seats' is not of type integer ('2')"),
        ({"flight": "A1", "seats": 2.0}, "'seats' is not of type integer (2.0)"),
        ({"flight": "A1", "seats": True}, "'seats' is not of type integer (True)"),
        ({"flight": "A1", "seats": 2, "window": 1}, "'window' is not of type boolean (1)"),
        ({"flight": "A1", "seats": 2, "meal": "beef"}, "'meal' is none of 'none', 'fish' ('beef')"),
        ({"flight": "A1", "seats": 2, "names": [1]}, "'names[0]' is not of type string (1)"),
        ({"flight": "A1", "seats": 2, "extra": {"a": "b"}}, "'extra.a' is not of type integer ('b')"),
        (
            {"flight": "A1", "seats": 2, "seat": 1},
            "'seat' is not a known name; accepted: flight, seats, price, meal, names, extra, window",
        ),
        ({"flight": ["x" * 500], "seats": 2}, f"'flight' is not of type string (['{'x' * 57}…)"),
    ],
)
def test_arguments_are_checked(arguments, problem):
    assert tool(book).problem(arguments) == problem


@pytest.mark.parametrize(
    ("value", "schema", "problem"),
    [
        (1, {}, ""),
        (None, {"type": ["string", "null"]}, ""),
        (1, {"type": ["string", "null"]}, "the value is not of type string or null (1)"),
        (True, {"enum": [1]}, "the value is none of 1 (True)"),
        (1, {"enum": [True, 1]}, ""),
        ({"a": {"b": 1}}, {"properties": {"a": {"required": ["c"]}}}, "'a.c' is missing"),
        ({"a": 1}, {"properties": {}, "additionalProperties": False}, "'a' is not a known name; accepted: no name"),
        ("x", {"type": "string", "pattern": "^y$"}, ""),
        (1, {"type": "no such"}, "the value is not of type no such (1)"),
    ],
)
def test_a_value_is_checked_by_its_schema(value, schema, problem):
    assert problem_of(value, schema) == problem


def test_a_value_nested_without_end_costs_what_its_schema_is_deep():
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert problem_of(deep, {"type": "array", "items": {"type": "array"}}) == ""
