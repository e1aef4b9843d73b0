"""The day's profit and loss: at the bid, without what was given, by the local date."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.money import Price, Shares, Usdc
from domain.portfolio.day_pnl import Held, Opening, day_pnl, equity, local_day
from domain.portfolio.ledger import Totals


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


def test_equity_counts_positions_at_the_bid_and_at_cost_without_one() -> None:
    totals = Totals(allocated=usdc("100"), available=usdc("60"), deployed=usdc("40"))
    known = Held(shares=Shares(Decimal(50)), cost=usdc("20"), bid=Price(Decimal("0.3")))
    unknown = Held(shares=Shares(Decimal(50)), cost=usdc("20"), bid=None)
    assert equity(totals, (known, unknown)) == usdc("95")


def test_capital_given_during_the_day_is_no_gain() -> None:
    opening = Opening(equity=usdc("100"), allocated=usdc("100"))
    assert day_pnl(usdc("180"), usdc("200"), opening) == usdc("-20")


def test_the_day_begins_at_local_midnight_also_when_the_clock_changes() -> None:
    berlin = "Europe/Berlin"
    assert local_day(datetime(2026, 3, 28, 22, 59, tzinfo=UTC), berlin) == date(2026, 3, 28)
    assert local_day(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), berlin) == date(2026, 3, 29)
    # The day of 23 hours ends an hour earlier in UTC.
    assert local_day(datetime(2026, 3, 29, 22, 0, tzinfo=UTC), berlin) == date(2026, 3, 30)
    # The day of 25 hours: 25 October.
    assert local_day(datetime(2026, 10, 25, 22, 59, tzinfo=UTC), berlin) == date(2026, 10, 25)
    assert local_day(datetime(2026, 10, 25, 23, 0, tzinfo=UTC), berlin) == date(2026, 10, 26)
