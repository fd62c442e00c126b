"""What a run as a whole has to say."""

import pytest

from pytest_evalscope.api.summary import remarks_on
from pytest_evalscope.run import Shard

FEWER = "the data had fewer rows than the card says: "


@pytest.mark.parametrize(
    ("expected", "remarks"),
    [(11, (f"{FEWER}gsm8k/main 10 of 11",)), (10, ()), (9, ()), (None, ())],
    ids=["fewer", "as many", "more", "not known"],
)
def test_fewer_rows_than_the_card_says_are_told(result, expected, remarks):
    assert remarks_on([result(expected=expected)], complete=True) == remarks


def test_up_to_five_subsets_are_named_and_the_others_counted(result):
    short = [result(subset=f"s{number}", expected=20) for number in range(7)]
    named = ", ".join(f"gsm8k/s{number} 10 of 20" for number in range(5))
    assert remarks_on(short[:5], complete=True) == (FEWER + named,)
    assert remarks_on(short, complete=True) == (f"{FEWER}{named} and 2 more",)


def test_what_is_worse_is_said_first(result):
    short = result(expected=20, outcomes={"scored": 8, "not_asked": 2})
    shard, cut, budget, fewer = remarks_on([short], complete=False, shard=Shard(1, 2))
    assert shard.startswith("shard 1/2: these numbers are of a part")
    assert cut.startswith("INCOMPLETE: ")
    assert budget.startswith("the budget is spent: 2 of 10 samples were not requested")
    assert fewer == f"{FEWER}gsm8k/main 10 of 20"
