"""What a sampling plan lets through (ISO 2859-1, 12); plain Python, no Odoo."""

import doctest
import math
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_tools import tools

sampling, operating_characteristic = tools("sampling"), tools("operating_characteristic")
Curve = operating_characteristic.Curve
binomial, hypergeometric = operating_characteristic.binomial, operating_characteristic.hypergeometric
poisson = operating_characteristic.poisson

serious = settings(max_examples=200, deadline=None, derandomize=True, database=None)


# Figures


@pytest.mark.parametrize(
    ("size", "acceptance", "aql", "chance"),
    [(80, 5, 2.5, 0.985), (125, 7, 2.5, 0.986), (200, 7, 1.5, 0.989), (50, 1, 1, 0.911), (20, 0, 0.65, 0.878)],
)
def test_chance_of_a_lot_that_is_as_good_as_the_aql(size, acceptance, aql, chance):
    assert Curve(size, acceptance).accept(aql) == pytest.approx(chance, abs=0.0005)
    assert Curve(size, acceptance).producer_risk(aql) == pytest.approx(1 - chance, abs=0.0005)


@pytest.mark.parametrize(
    ("size", "acceptance", "quality", "digits"),
    [(80, 5, 11.3, 1), (125, 7, 9.24, 2), (200, 7, 5.82, 2), (50, 1, 7.56, 2), (13, 1, 26.8, 1)],
)
def test_consumer_risk_quality(size, acceptance, quality, digits):
    assert round(Curve(size, acceptance).consumer_risk_quality(), digits) == quality


@pytest.mark.parametrize(
    ("acceptance", "factor"), [(0, 36.79), (1, 84.00), (2, 137.1), (3, 194.2), (5, 316.8), (7, 447.2), (10, 652.8)]
)
def test_outgoing_limit_of_nonconformities_is_a_factor_over_the_sample_size(acceptance, factor):
    limit = Curve(80, acceptance, per_hundred=True).outgoing_limit()
    assert limit * 80 == pytest.approx(factor, rel=0.0005)


def test_outgoing_limit_without_a_nonconforming_unit_is_a_maximum_known_in_closed_form():
    assert Curve(80, 0).outgoing_limit() == pytest.approx(100 / 81 * (80 / 81) ** 80)
    assert Curve(80, 0, per_hundred=True).outgoing_limit() == pytest.approx(100 / 80 / math.e)


def test_inspected_share_of_the_lot_lets_nothing_out():
    assert Curve(80, 5, 1000).outgoing_limit() == pytest.approx(0.92 * Curve(80, 5).outgoing_limit())
    assert Curve(50, 1, 50).outgoing_limit() == 0


def test_curve_of_a_plan_counts_nonconforming_units_up_to_ten_and_nonconformities_above():
    assert operating_characteristic.curve(sampling.plan(1000, "II", 2.5)) == Curve(80, 5)
    assert operating_characteristic.curve(sampling.plan(1000, "II", 2.5), of_lot=True) == Curve(80, 5, 1000)
    assert operating_characteristic.curve(sampling.plan(1000, "II", 15)) == Curve(80, 21, None, True)
    assert Curve(80, 21, None, True).accept(15) == pytest.approx(poisson(12, 21))


def test_lot_that_is_inspected_whole_is_accepted_or_not_without_any_chance():
    found = operating_characteristic.curve(sampling.plan(8, "II", 1.0), of_lot=True)
    assert (found.accept(0), found.accept(100 / 8)) == (1, 0)
    assert found.consumer_risk_quality() == 12.5


def test_quality_of_one_lot_is_taken_to_the_nearest_whole_unit():
    curve = Curve(20, 0, 30)  # one unit is 3.3 percent
    assert [curve.accept(quality) for quality in (1.6, 2.5, 5.1)] == pytest.approx([1, 1 / 3, 9 / 87])


def test_plan_that_refuses_nothing_has_no_consumer_risk_quality():
    assert Curve(2, 2).consumer_risk_quality() is None
    assert Curve(2, 2, 10).consumer_risk_quality() is None


@pytest.mark.parametrize("curve", [Curve(80, 5), Curve(80, 5, 1000)])
@pytest.mark.parametrize("quality", [-0.1, 100.1, math.nan])
def test_there_are_no_such_qualities(curve, quality):
    with pytest.raises(ValueError, match="no quality"):
        curve.accept(quality)


def test_nonconformities_may_be_more_than_the_units():
    assert 0 < Curve(3, 44, per_hundred=True).accept(1000) < 1
    with pytest.raises(ValueError, match="no quality"):
        Curve(3, 44, per_hundred=True).accept(-1)


@pytest.mark.parametrize("chance", [0, 1, -1, 2])
def test_certainty_belongs_to_no_quality(chance):
    with pytest.raises(ValueError, match="no chance"):
        Curve(80, 5).quality(chance)


def test_curve_to_draw_goes_from_everything_to_next_to_nothing():
    for curve in (Curve(80, 5), Curve(80, 5, 1000), Curve(80, 21, per_hundred=True)):
        points = curve.points(20)
        assert len(points) == 21 and points[0] == (0, 1) and points[-1][1] <= 0.001 + 1e-9


# Against counting


@pytest.mark.parametrize(("lot", "size"), [(8, 3), (8, 8), (9, 1)])
def test_chance_from_a_lot_is_what_counting_all_samples_gives(lot, size):
    for bad in range(lot + 1):
        for acceptance in range(size + 1):
            samples = list(combinations(range(lot), size))
            good = sum(sum(unit < bad for unit in sample) <= acceptance for sample in samples)
            assert hypergeometric(lot, bad, size, acceptance) == good / len(samples)


@serious
@given(st.integers(1, 60), st.integers(0, 60), st.fractions(0, 1, max_denominator=1000))
def test_chance_from_a_process_is_what_whole_fractions_give(size, acceptance, share):
    exact = sum(
        math.comb(size, found) * share**found * (1 - share) ** (size - found)
        for found in range(min(size, acceptance) + 1)
    )
    assert binomial(size, float(share), acceptance) == pytest.approx(float(exact), abs=1e-12)


@serious
@given(st.integers(0, 40), st.fractions(0, 60, max_denominator=50))
def test_chance_of_nonconformities_is_what_whole_fractions_give(acceptance, mean):
    exact = sum(Fraction(mean) ** found / math.factorial(found) for found in range(acceptance + 1))
    assert poisson(float(mean), acceptance) == pytest.approx(math.exp(-mean) * float(exact), abs=1e-12)


# What must hold of any plan

sizes = st.sampled_from([2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150])
numbers = st.sampled_from([0, 1, 2, 3, 5, 7, 8, 10, 12, 14, 18, 21, 27, 30, 41, 44])


@st.composite
def curves(draw):
    size, acceptance = draw(sizes), draw(numbers)
    kind = draw(st.sampled_from(["process", "lot", "count"]))
    lot = draw(st.integers(size, 500_000)) if kind == "lot" else None
    return Curve(size, acceptance, lot, kind == "count")


@serious
@given(curves(), st.lists(st.floats(0, 100), min_size=2, max_size=6))
def test_worse_quality_is_never_accepted_more_often_and_chances_are_between_nought_and_one(curve, qualities):
    chances = [curve.accept(quality) for quality in sorted(qualities)]
    assert all(0 <= chance <= 1 for chance in chances)
    assert all(after <= before + 1e-12 for before, after in pairwise(chances))


@serious
@given(curves(), st.sampled_from([0.05, 0.1, 0.5, 0.95]))
def test_quality_of_a_chance_is_where_the_curve_has_it(curve, chance):
    quality = curve.quality(chance)
    if quality is None:
        assert curve.accept(100) > chance
    elif curve.lot_size and not curve.per_hundred:
        units = round(quality * curve.lot_size / 100)
        assert hypergeometric(curve.lot_size, units, curve.size, curve.acceptance) <= chance
        assert hypergeometric(curve.lot_size, units - 1, curve.size, curve.acceptance) > chance
    else:
        assert curve.accept(quality) == pytest.approx(chance, abs=1e-9)


@serious
@given(sizes, numbers, st.integers(0, 5000))
def test_large_lot_is_close_to_the_process_it_comes_from(size, acceptance, bad):
    """The sample is at most 0.63 percent of the lot; both are nearer than a sample that is as small could tell."""
    lot = 500_000
    assert abs(hypergeometric(lot, bad, size, acceptance) - binomial(size, bad / lot, acceptance)) < 0.002


@serious
@given(sizes, numbers, st.floats(0, 100))
def test_larger_acceptance_number_or_smaller_sample_never_refuses_more(size, acceptance, quality):
    chance = Curve(size, acceptance).accept(quality)
    assert Curve(size, acceptance + 1).accept(quality) >= chance - 1e-12
    assert Curve(size + 1, acceptance).accept(quality) <= chance + 1e-12


@serious
@given(curves())
def test_outgoing_limit_is_above_every_point_of_the_outgoing_quality(curve):
    limit = curve.outgoing_limit()
    process = Curve(curve.size, curve.acceptance, None, curve.per_hundred)
    share = 1 - curve.size / curve.lot_size if curve.lot_size else 1
    assume(limit)
    for quality in (limit / 2, limit, limit * 1.1, limit * 1.5, limit * 2):
        if quality <= 100:
            assert share * quality * process.accept(quality) <= limit * (1 + 1e-9)


@pytest.mark.parametrize("size", [2, 125, 2000])
def test_largest_lot_is_reckoned_with_without_a_number_getting_lost(size):
    lot = 500_000
    assert hypergeometric(lot, 0, size, 0) == 1
    assert hypergeometric(lot, lot, size, 0) == 0
    assert hypergeometric(lot, 1, size, 0) == pytest.approx(1 - size / lot, rel=1e-15)
    assert hypergeometric(lot, lot - 1, size, size - 1) == pytest.approx(size / lot, rel=1e-15)


def test_examples_in_the_docstrings():
    failed, attempted = doctest.testmod(operating_characteristic)
    assert attempted and not failed
