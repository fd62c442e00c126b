"""Places in flight: who gets one, and how the limit follows refusals and answers."""

import asyncio
from itertools import pairwise

import pytest

from pytest_evalscope.models.middleware.adaptive_limit import Slots


async def turns():
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def answer_a_round(slots):
    """Answer as many requests as are in flight, while others wait for every place."""
    for _ in range(slots.limit):
        slots._taken = slots.limit
        slots.answered(burst=slots.bursts)


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


def refuse(slots, others):
    """Refuse requests that were all sent before the first refusal, while the endpoint works on ever fewer."""
    burst = slots.bursts
    for left in others:
        slots.refused(left, burst=burst)


def test_a_burst_takes_it_to_what_the_endpoint_works_on():
    slots = Slots(512)
    refuse(slots, range(511, 39, -1))
    assert (slots.limit, slots.bursts) == (40, 1)


def test_a_burst_makes_room_for_other_clients():
    slots = Slots(44)
    refuse(slots, [43, 42, 41, 40])
    assert slots.limit == 38


def test_a_stray_refusal_among_answers_costs_nothing_and_a_second_does():
    slots = Slots(30)
    for _ in range(10):
        slots.answered(burst=slots.bursts)
    refuse(slots, [29])
    assert (slots.limit, slots.bursts) == (30, 0)
    refuse(slots, [29])
    assert (slots.limit, slots.bursts) == (26, 1)


def test_old_answers_do_not_excuse_a_burst():
    slots = Slots(30)
    for _ in range(10_000):
        slots.answered(burst=slots.bursts)
    refuse(slots, range(29, 14, -1))
    assert slots.limit == 15


def test_after_a_collapse_it_doubles_until_half_of_what_it_was_and_then_creeps():
    slots = Slots(64)
    refuse(slots, range(63, -1, -1))
    limits = [slots.limit]
    for _ in range(8):
        answer_a_round(slots)
        limits.append(slots.limit)
    assert limits[:6] == [1, 2, 4, 8, 16, 32]
    assert all(1 <= after - before <= 3 for before, after in pairwise(limits[5:]))


def test_it_does_not_grow_while_places_are_free():
    slots = Slots(32)
    refuse(slots, [8])
    slots._taken = 6
    for _ in range(100):
        slots.answered(burst=slots.bursts)
    assert slots.limit == 7


def test_one_place_is_left_always():
    slots = Slots(4)
    refuse(slots, [0])
    assert slots.limit == 1


def outcomes(slots, count, *, every):
    """Bring the outcomes of so many requests sent just before, one in `every` of them a refusal."""
    for number in range(count):
        if number % every == 0:
            slots.refused(slots.limit - 1, burst=slots.bursts)
        else:
            slots._taken = slots.limit
            slots.answered(burst=slots.bursts)


def test_refusals_that_a_cut_does_not_end_are_the_endpoint_s_own():
    slots = Slots(100)
    for _ in range(10):
        outcomes(slots, 100, every=4)
    assert slots.bursts >= 1, "it was tried"
    assert slots.limit > 90
    bursts = slots.bursts
    outcomes(slots, 1000, every=4)
    assert (slots.limit, slots.bursts) == (100, bursts)


def test_refusals_that_a_cut_ends_are_a_ceiling():
    slots = Slots(100)
    refuse(slots, range(99, 39, -1))
    assert slots.limit == 40
    for _ in range(40):
        slots.answered(burst=slots.bursts)
    assert slots._noise == 0
    refuse(slots, range(59, 39, -1))
    assert slots.limit <= 45, "refusals count as before"


def test_a_limit_under_watch_does_not_grow_until_a_round_passed_without_refusal():
    slots = Slots(100)
    refuse(slots, range(99, 39, -1))
    slots._taken = 40
    for _ in range(38):
        slots.answered(burst=slots.bursts)
    assert slots.limit == 40
    answer_a_round(slots)
    assert slots.limit > 45


def test_an_endpoint_that_refuses_most_is_asked_less_in_any_case():
    slots = Slots(100)
    for _ in range(40):
        for number in range(20):
            if number == 0:
                slots.answered(burst=slots.bursts)
            else:
                slots.refused(slots.limit - 1, burst=slots.bursts)
    assert slots.limit == 1
