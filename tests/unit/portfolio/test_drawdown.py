"""Drawdown: never negative, untouched by capital that moves, and kept when points are thinned."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.money import Usdc
from domain.portfolio.drawdown import Worth, begin, drawdown_of, step
from domain.portfolio.equity_curve import Resolution, fitting, is_gap, kept_at, slot_of

amounts = st.decimals("0", "5000", places=6).map(Usdc)
curves = st.lists(st.builds(Worth, amounts, st.decimals("-500", "5000", places=6).map(Usdc)), max_size=12)


def worth(equity: str, capital: str) -> Worth:
    return Worth(Usdc(Decimal(equity)), Usdc(Decimal(capital)))


@given(curves)
def test_a_drawdown_is_never_negative_and_never_shrinks(curve: list[Worth]) -> None:
    amount, ratio = Decimal(0), Decimal(0)
    for length in range(1, len(curve) + 1):
        found = drawdown_of(curve[:length])
        assert found is not None
        assert found.amount_max >= amount
        assert found.ratio_max >= ratio
        amount, ratio = found.amount_max, found.ratio_max
    assert 0 <= ratio <= 1


@given(st.lists(amounts.filter(lambda amount: amount > 0), min_size=1, max_size=12))
def test_without_capital_moving_it_is_the_deepest_fall_below_the_highest_equity(levels: list[Usdc]) -> None:
    found = drawdown_of(Worth(level, Usdc(Decimal(100))) for level in levels)
    assert found is not None
    falls = [(max(levels[: place + 1]) - level) for place, level in enumerate(levels)]
    ratios = [fall / max(levels[: place + 1]) for place, fall in enumerate(falls)]
    assert found.amount_max == max(falls)
    # The index has twelve decimals; a curve that falls to nearly nothing and rises again loses some of them.
    if min(levels) > 1:
        assert abs(found.ratio_max - max(ratios)) < Decimal("0.000001")


def test_capital_given_or_taken_back_is_no_fall() -> None:
    found = drawdown_of([worth("100", "100"), worth("1100", "1100"), worth("50", "50"), worth("60", "50")])
    assert found is not None
    assert found.amount_max == found.ratio_max == 0
    assert found.index == Decimal("1.2")


def test_a_loss_counts_against_what_worked_when_it_was_made() -> None:
    # 20 of 100 are lost; then 900 come in and 50 of 980 are lost: the index fell less, the dollars more.
    found = drawdown_of([worth("100", "100"), worth("80", "100"), worth("930", "1000")])
    assert found is not None
    assert found.amount_max == 70
    assert found.ratio_max.quantize(Decimal("0.000001")) == Decimal("0.240816")  # 1 − 0.8 × 930/980


def test_it_is_carried_from_point_to_point() -> None:
    low = step(step(begin(worth("100", "100")), worth("60", "100")), worth("120", "100"))
    assert low.amount_max == 40
    assert low.ratio_max == Decimal("0.4")
    assert step(low, worth("110", "100")).amount_max == 40


def test_points_fall_into_slots_of_five_minutes_and_get_coarser_with_age() -> None:
    moment = datetime(2026, 11, 23, 12, 9, 59, tzinfo=UTC)
    assert slot_of(moment) == datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
    assert [kept_at(timedelta(days=days)) for days in (6, 8, 91)] == list(Resolution)
    assert [fitting(timedelta(days=days)) for days in (2, 30, 365)] == list(Resolution)


def test_a_gap_is_more_than_two_points_missing_at_the_resolution_that_is_kept() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    young, old = now - timedelta(days=1), now - timedelta(days=30)
    quarter = timedelta(minutes=15)
    assert is_gap(young, young + quarter, Resolution.FIVE_MINUTES, now)
    assert not is_gap(young, young + quarter, Resolution.HOUR, now)
    assert not is_gap(old, old + timedelta(hours=1), Resolution.FIVE_MINUTES, now)
