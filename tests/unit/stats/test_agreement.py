"""Agreement beyond chance, against values worked by hand and published ones."""

import pytest

from pytest_evalscope.errors import GateError, UsageError
from pytest_evalscope.stats import cohen_kappa, krippendorff_alpha
from pytest_evalscope.stats.agreement import agreement


def raters(**table):
    """Two raters from counts: yes_no=5 is five items that the first calls yes and the second no."""
    pairs = [tuple(name.split("_")) for name, count in table.items() for _ in range(count)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def test_kappa_of_a_table_worked_by_hand():
    # 35 of 50 agree; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; (0.7 - 0.5) / (1 - 0.5).
    assert cohen_kappa(*raters(yes_yes=20, yes_no=5, no_yes=10, no_no=15)) == pytest.approx(0.4, abs=1e-15)


def test_kappa_of_three_labels_worked_by_hand():
    # 5 of 6 agree; by chance (2*2 + 2*1 + 2*3) / 36 = 1/3; (5/6 - 1/3) / (2/3).
    assert cohen_kappa("aabbcc", "aabccc") == pytest.approx(0.75)


def test_the_ends_of_kappa():
    assert cohen_kappa("abc", "abc") == 1.0
    assert cohen_kappa([1, 1, 0, 0], [1, 0, 1, 0]) == 0.0
    assert cohen_kappa([1, 0], [0, 1]) == -1.0


def test_agreement_by_a_label_that_both_nearly_always_give_is_little():
    first, second = raters(ok_ok=98, ok_bad=1, bad_ok=1)
    # 0.98 agree, and by chance 0.99² + 0.01² = 0.9802 would.
    assert cohen_kappa(first, second) == pytest.approx((0.98 - 0.9802) / (1 - 0.9802))


@pytest.mark.parametrize(
    ("first", "second", "error", "said"),
    [
        ("a", "ab", UsageError, r"^kappa: two raters of different items \(1, 2\); one label each per item$"),
        ("", "", GateError, r"^kappa: no items \(0\); at least 1 is needed$"),
        ("aaa", "aaa", GateError, "^kappa: both raters gave one label to every item; two labels or more are needed$"),
    ],
)
def test_kappa_that_cannot_be_computed(first, second, error, said):
    with pytest.raises(error, match=said):
        cohen_kappa(first, second)


# Four raters and twelve units: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C.
_: None = None
PUBLISHED = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
        strict=True,
    )
)


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("interval", 0.849)])
def test_alpha_of_the_published_example(level, value):
    assert krippendorff_alpha(PUBLISHED, level) == pytest.approx(value, abs=0.0005)


def test_alpha_worked_by_hand():
    # Units (a, a), (a, b), (b, b): 2 of 6 ordered pairs differ within; 18 of 30 do over all; 1 - (2/6) / (18/30).
    assert krippendorff_alpha(["aa", "ab", "bb"]) == pytest.approx(4 / 9)
    # Units (1, 1), (1, 3): squares within 2 * 4 = 8; over all 2 * 4 * 3 = 24, divided by 3; 1 - 8 / 8.
    assert krippendorff_alpha([(1, 1), (1, 3)], "interval") == pytest.approx(0)
    assert krippendorff_alpha(["aaa", "bb", "c"]) == 1.0


@pytest.mark.parametrize(
    ("units", "level", "error", "said"),
    [
        ([], "nominal", GateError, "^alpha: no item has two values; at least one is needed$"),
        ([(1,), (None, 2)], "nominal", GateError, "no item has two values"),
        (["aa", "aa"], "nominal", GateError, "^alpha: all values are the same; two or more different ones are needed$"),
        ([(2, 2), (2, 2)], "interval", GateError, "all values are the same"),
        (
            [("a", "b")],
            "interval",
            UsageError,
            "^alpha: a value is not a finite number; the level interval accepts finite numbers$",
        ),
        ([(1.0, float("nan"))], "interval", UsageError, "not a finite number"),
        ([(1, 2)], "ordinal", UsageError, r"^alpha: unknown level \('ordinal'\); accepted: nominal, interval$"),
    ],
)
def test_alpha_that_cannot_be_computed(units, level, error, said):
    with pytest.raises(error, match=said):
        krippendorff_alpha(units, level)


def test_a_panel_of_two_is_told_by_kappa_more_and_ratings_by_alpha():
    two = list(zip(*raters(yes_yes=20, yes_no=5, no_yes=10, no_no=15), strict=True))
    found = agreement(two)
    assert (found.statistic, found.value, found.judges, found.items, found.same) == ("cohen_kappa", 0.4, 2, 50, 0.7)
    three = [(*pair, pair[0]) for pair in two]
    assert agreement(three).statistic == "krippendorff_alpha"
    assert agreement(three).value == krippendorff_alpha(three)
    ratings = [(1.0, 2.0), (3.0, 3.0), (5.0, 4.0)]
    assert agreement(ratings).value == krippendorff_alpha(ratings, "interval")
    assert agreement(ratings).statistic == "krippendorff_alpha"
    assert (agreement(three).judges, agreement(three).items, agreement(three).same) == (3, 50, 0.7)


def test_agreement_that_nothing_tells_from_chance_has_no_value():
    found = agreement([("yes", "yes")] * 3)
    assert (found.value, found.same) == (None, 1.0)
    with pytest.raises(GateError, match="agreement: no items"):
        agreement([])
