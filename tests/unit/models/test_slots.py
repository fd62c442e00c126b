"""Places in flight: who gets one, and how the limit follows refusals and answers."""

import asyncio
from itertools import pairwise

import pytest

from pytest_evalscope.models.slots import Slots


async def turns():
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def answer_a_round(slots):
    """Answer as many requests as are in flight, while others wait for every place."""
    for _ in range(slots.limit):
        slots._taken = slots.limit
        slots.answered()


def test_places_are_given_in_order(virtually):
    order = []

    async def work(slots, number):
        await slots.take()
        order.append(number)

    async def main():
        slots = Slots(2)
        tasks = [asyncio.ensure_future(work(slots, number)) for number in range(5)]
        for expected in ([0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]):
            await turns()
            assert order == expected
            slots.leave()
        await asyncio.gather(*tasks)

    virtually(main)


@pytest.mark.parametrize("handed_over", [False, True])
def test_a_place_is_not_lost_when_the_waiting_one_is_cancelled(virtually, handed_over):
    async def main():
        slots = Slots(1)
        await slots.take()
        waiting = asyncio.ensure_future(slots.take())
        await turns()
        if handed_over:
            slots.leave()
            waiting.cancel()
        else:
            waiting.cancel()
            await turns()
            slots.leave()
        await turns()
        assert waiting.cancelled()
        await asyncio.wait_for(slots.take(), 1)

    virtually(main)


def test_it_begins_at_the_ceiling_and_never_exceeds_it():
    slots = Slots(32)
    for _ in range(10):
        answer_a_round(slots)
    assert slots.limit == 32


def test_a_burst_takes_it_to_what_the_endpoint_works_on():
    slots = Slots(512)
    for others in range(511, 39, -1):
        slots.refused(others, afresh=others == 511)
    assert slots.limit == 40


def test_a_stray_refusal_costs_one_place_and_one_round_brings_it_back():
    slots = Slots(32)
    slots.refused(31, afresh=True)
    assert slots.limit == 31
    answer_a_round(slots)
    assert slots.limit == 32


def test_after_a_collapse_it_doubles_until_half_of_what_it_was_and_then_creeps():
    slots = Slots(64)
    for others in range(63, -1, -1):
        slots.refused(others, afresh=others == 63)
    limits = [slots.limit]
    for _ in range(8):
        answer_a_round(slots)
        limits.append(slots.limit)
    assert limits[:6] == [1, 2, 4, 8, 16, 32]
    assert all(1 <= after - before <= 3 for before, after in pairwise(limits[5:]))


def test_it_does_not_grow_while_places_are_free():
    slots = Slots(32)
    slots.refused(8, afresh=True)
    slots._taken = 7
    for _ in range(100):
        slots.answered()
    assert slots.limit == 8


def test_one_place_is_left_always():
    slots = Slots(4)
    slots.refused(0, afresh=True)
    assert slots.limit == 1
