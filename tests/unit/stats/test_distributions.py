"""Golden values from scipy 1.17.1: `scipy.stats.norm.ppf`, `scipy.stats.t.ppf`."""

import math

import pytest

from pytest_evalscope.stats import normal_quantile, t_quantile

NORMAL = {
    1e-9: -5.9978070150076865,
    0.001: -3.090232306167813,
    0.025: -1.9599639845400545,
    0.5: 0.0,
    0.8: 0.8416212335729143,
    0.975: 1.959963984540054,
    0.9999: 3.719016485455709,
}
STUDENT = {
    (0.975, 1): 12.706204736174694,
    (0.975, 2): 4.302652729749462,
    (0.975, 4.5): 2.6589123472044034,
    (0.95, 9): 1.833112932656237,
    (0.975, 30): 2.0422724563012378,
    (0.975, 99): 1.9842169515864174,
    (0.975, 14041): 1.9601329520111468,
    (0.975, 1e6): 1.959966356814107,
    (0.0005, 3): -12.923978636687481,
    (0.6, 7): 0.2631668613520229,
    (0.9999, 1): 3183.098757118502,
}


@pytest.mark.parametrize(("p", "expected"), NORMAL.items())
def test_normal_quantile_agrees_with_scipy(p, expected):
    assert normal_quantile(p) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("arguments", "expected"), STUDENT.items())
def test_t_quantile_agrees_with_scipy(arguments, expected):
    assert t_quantile(*arguments) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, float("nan")])
def test_a_probability_lies_between_0_and_1(p):
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        normal_quantile(p)
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        t_quantile(p, 3)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_what_is_no_probability_is_told(p):
    with pytest.raises(ValueError, match=rf"^probability: must lie between 0 and 1 \({p}\)$"):
        normal_quantile(p)


def test_quantiles_are_symmetric():
    for p in (0.001, 0.1, 0.3):
        assert normal_quantile(p) == pytest.approx(-normal_quantile(1 - p), rel=1e-12)
        assert t_quantile(p, 3) == pytest.approx(-t_quantile(1 - p, 3), rel=1e-12)
    assert t_quantile(0.5, 3) == 0


@pytest.mark.parametrize(("p", "df"), [(0.975, 1), (0.75, 1), (0.51, 1), (0.9, 1)])
def test_one_degree_of_freedom_is_cauchys_distribution(p, df):
    assert t_quantile(p, df) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-11)


@pytest.mark.parametrize("p", [0.975, 0.6, 0.501, 0.9999])
def test_two_degrees_of_freedom_have_a_formula(p):
    assert t_quantile(p, 2) == pytest.approx((2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p))), rel=1e-11)


def test_fewer_than_one_degree_of_freedom_is_refused():
    for df in (0, 0.99, math.nan):
        with pytest.raises(ValueError, match=rf"^degrees of freedom: must be at least 1 \({df}\)$"):
            t_quantile(0.975, df)
