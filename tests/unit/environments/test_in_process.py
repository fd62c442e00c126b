"""An environment that is a Python object: a state of its own for each sample, tools that act on it, and a verdict."""

import asyncio
from dataclasses import dataclass, field
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
