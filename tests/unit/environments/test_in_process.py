"""An environment that is a Python object: a state of its own for each sample, tools that act on it, and a verdict."""

import asyncio
import itertools
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pytest

from pytest_evalscope.environments import in_process
from pytest_evalscope.environments.recorded import Recorded
from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.types import Sample, tool


@dataclass
class Shop:
    stock: dict[str, int]
    bought: list[str] = field(default_factory=list)

    def buy(self, item: str) -> str:
        """Buy one item."""
        self.stock[item] -= 1
        self.bought.append(item)
        return f"bought {item}"


async def look(shop: Shop) -> dict[str, int]:
    """List what there is."""
    return shop.stock


def stocked(sample: Sample, seed: int) -> Shop:
    return Shop(stock={str(sample.input): seed})


def bought(shop: Shop, sample: Sample) -> dict[str, Any]:
    return {"success": shop.bought == [sample.target]}


SHOP = in_process(stocked, tools=(Shop.buy, look), verdict=bought)


def test_a_session_has_a_state_of_its_own():
    async def act():
        one, other = [await SHOP.start(Sample(input="pear", target="pear"), 3) for _ in range(2)]
        buy, look_around = one.tools
        assert buy.call(item="pear") == "bought pear"
        assert await look_around.call() == {"pear": 2}
        assert (await one.snapshot(), await one.verdict()) == (
            {"stock": {"pear": 2}, "bought": ["pear"]}, {"success": True},
        )  # fmt: skip
        assert (await other.snapshot(), await other.verdict()) == (
            {"stock": {"pear": 3}, "bought": []}, {"success": False},
        )  # fmt: skip
        await one.aclose()

    asyncio.run(act())


def test_its_tools_are_those_of_the_model_without_the_state():
    session = asyncio.run(SHOP.start(Sample(input="pear"), 1))
    assert [(each.name, list(each.parameters["properties"])) for each in session.tools] == [
        ("buy", ["item"]), ("look", []),
    ]  # fmt: skip


def test_what_is_async_is_awaited_and_a_tool_of_ones_own_has_no_state():
    def submit(answer: str) -> str:
        return answer

    class Counter:
        def __init__(self) -> None:
            self.count = 1

    async def make(sample, seed):
        return Counter()

    async def judge(state, sample):
        return {"count": state.count}

    async def show(state):
        return state.count

    async def run():
        plain = await in_process(make, tools=(tool(submit),)).start(Sample(input="?"), 0)
        assert plain.tools[0].call(answer="x") == "x"
        assert (await plain.verdict(), await plain.snapshot()) == (None, {"count": 1})
        whole = await in_process(make, tools=(), verdict=judge, snapshot=show).start(Sample(input="?"), 0)
        assert (await whole.verdict(), await whole.snapshot()) == ({"count": 1}, 1)

    asyncio.run(run())


class Loud:
    def __str__(self):
        raise ValueError("not to be shown")


class Endless(Mapping[int, int]):
    """A mapping whose keys do not end."""

    def __getitem__(self, key):
        return key

    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 10**6


class Store(dict[str, int]):
    """A mapping that has attributes too."""


@dataclass
class Node:
    parent: Any = None
    children: list[Any] = field(default_factory=list)
    _cache: Any = None


def shown_of(state):
    async def run():
        return await (await in_process(lambda sample, seed: state, tools=()).start(Sample(input="?"), 0)).snapshot()

    return asyncio.run(run())


def a_state(**attributes):
    class App:
        pass

    made = App()
    vars(made).update(attributes)
    return made


def test_a_snapshot_uses_nothing_up_and_ends():
    lines, ids, reader = iter(["a", "b"]), itertools.count(1), (each for each in "xy")
    made = shown_of(a_state(lines=lines, ids=ids, reader=reader, loud=Loud(), all=Endless()))
    assert (next(lines), next(ids), next(reader)) == ("a", 1, "x")
    assert made["ids"] == "count(1)"
    assert made["lines"] == "<list_iterator object>"
    assert (made["reader"].startswith("<generator object"), " at 0x" in made["reader"]) == (True, False)
    assert made["loud"] == "<Loud>"
    assert made["all"]["…"] == f"{10**6 - len(made['all']) + 1} more"


def test_a_snapshot_ends_where_a_state_leads_back_to_itself():
    root = Node()
    root.children.append(Node(parent=root, _cache=root))
    app = a_state(root=root)
    app.me = app
    child = {"parent": "<Node: contains itself>", "children": []}
    assert shown_of(app) == {"root": {"parent": None, "children": [child]}, "me": "<App: contains itself>"}
    assert shown_of(root) == {"parent": None, "children": [child]}


def test_a_snapshot_of_a_large_state_is_small():
    chain: Any = None
    for _ in range(100_000):
        chain = [chain]
    app = a_state(rows=list(range(10**6)), text="x" * 10**6, data=bytes(10**6), seen=set(range(5000)), chain=chain)
    made = shown_of(app)
    assert len(str(made)) < 65_000
    assert made["rows"][:2] == [0, 1]
    assert made["rows"][-1] == f"… {10**6 - len(made['rows']) + 1} more"
    assert made["text"].endswith(f"x… {10**6 - 8192} more")
    assert made["seen"] == ["… 5000 more"]
    assert 10 < str(made["chain"]).count("[") < 30


@pytest.mark.parametrize(
    ("state", "made"),
    [
        (Store(a=1), {"a": 1}),
        ([1, "b", None, 2.5, math.nan], [1, "b", None, 2.5, None]),
        ("text", "text"),
        (b"ab", "b'ab'"),
        (7, 7),
        (None, None),
        ({"b", "a"}, ["a", "b"]),
        (array("i", [1, 2]), [1, 2]),
        (PurePosixPath("a/b"), "a/b"),
        (Node, "<class 'test_in_process.Node'>"),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_a_snapshot_of_a_value_is_that_value(state, made):
    assert str(shown_of({"is": state})) == str({"is": made}).replace("test_in_process.", f"{__name__}.")
    if not isinstance(state, (type, PurePosixPath)):
        assert str(shown_of(state)) == str(made)


def test_a_snapshot_has_numpys_numbers_and_small_arrays():
    np = pytest.importorskip("numpy", reason="numpy comes with the extras `datasets` and `hf`")
    made = shown_of({"one": np.float32(0.5), "few": np.array([[1, 2]]), "many": np.zeros((1000, 1000))})
    assert made["one"] == 0.5
    assert made["few"] == [[1, 2]]
    assert made["many"].startswith("[[0. 0.")
    assert len(made["many"]) < 1000


def test_two_tools_of_one_name_are_refused():
    with pytest.raises(UsageError) as caught:
        in_process(stocked, tools=(look, look))
    assert caught.value.message == "in_process: two tools have one name (look, look); accepted: a name for each"


def test_an_exit_in_a_function_of_the_user_does_not_end_the_engine():
    def leave(sample, seed):
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match=r"^SystemExit: 3$"):
        asyncio.run(in_process(leave, tools=()).start(Sample(input="?"), 0))


def test_of_a_recorded_session_only_the_verdict_is_left():
    session = Recorded({"success": True})

    async def run():
        assert await session.verdict() == {"success": True}
        assert session.tools == ()
        for act in (session.exec("ls"), session.read("x"), session.write("x", "")):
            with pytest.raises(
                ScorerError, match=r"^environment: of a recorded run only its verdict is left, no machine"
            ):
                await act
        await session.aclose()

    asyncio.run(run())
