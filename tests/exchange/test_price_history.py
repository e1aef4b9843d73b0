"""Price histories: windows, fineness, order, sharing."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from exchange.errors import MarketDataRefused
from exchange.market_data import CachedMarketData
from exchange.polymarket.price_history import fidelity, windows
from tests.exchange.conftest import NOON, Clock
from tests.exchange.venue_server import Fault, VenueServer

T0 = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("lookback", "minutes"),
    [
        (timedelta(hours=1), 1),
        (timedelta(hours=6), 1),
        (timedelta(hours=24), 5),
        (timedelta(days=7), 30),
        (timedelta(days=28), 60),
    ],
)
def test_points_get_coarser_as_the_span_grows(lookback: timedelta, minutes: int) -> None:
    assert fidelity(lookback) == minutes


def test_spans_above_fifteen_days_are_cut_into_windows_the_venue_accepts() -> None:
    cut = list(windows(NOON - timedelta(days=30), NOON))
    assert cut[0][0] == NOON - timedelta(days=30)
    assert cut[-1][1] == NOON
    assert all(end - start <= timedelta(days=15) for start, end in cut)
    assert [start for start, _ in cut[1:]] == [end for _, end in cut[:-1]]


async def test_points_are_exact_oldest_first_and_within_the_lookback(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.histories["7"] = [
        {"t": T0 - 60, "p": 0.1},
        {"t": T0 - 7200, "p": 0.3},
        {"t": T0 - 1800, "p": 0.545},
        {"t": T0 - 1800, "p": 0.545},
    ]
    answer = (await market_data.price_histories(["7"], timedelta(hours=1)))["7"]
    assert [(point.at, point.price) for point in answer.history.points] == [
        (datetime.fromtimestamp(T0 - 1800, UTC), Decimal("0.545")),
        (datetime.fromtimestamp(T0 - 60, UTC), Decimal("0.1")),
    ]
    assert answer.observed_at == NOON


async def test_a_month_is_joined_from_its_windows(market_data: CachedMarketData, venue: VenueServer) -> None:
    venue.histories["7"] = [{"t": T0 - day * 86400, "p": 0.5} for day in range(27)]
    answer = (await market_data.price_histories(["7"], timedelta(days=28)))["7"]
    assert len(answer.history.points) == 27
    assert venue.requests["/batch-prices-history"] == 2


async def test_different_lookbacks_share_a_read_and_the_same_one_gets_the_same_object(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.histories["7"] = [{"t": T0 - minute * 60, "p": 0.5} for minute in range(300)]
    hour = (await market_data.price_histories(["7"], timedelta(hours=1)))["7"]
    two = (await market_data.price_histories(["7"], timedelta(hours=2)))["7"]
    assert len(hour.history.points) < len(two.history.points)
    clock.pass_by(59)
    assert (await market_data.price_histories(["7"], timedelta(hours=1)))["7"] is hour
    assert venue.requests["/batch-prices-history"] == 1
    clock.pass_by(2)
    assert (await market_data.price_histories(["7"], timedelta(hours=1)))["7"] is not hour


async def test_null_histories_and_odd_points_are_left_out(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    series = [{"t": T0, "p": 0.5}, {"t": T0, "p": 7}, {"p": 0.5}, None]
    body = json.dumps({"history": {"7": None, "8": series}})
    venue.faults["/batch-prices-history"] = Fault(times=1, body=body)
    answers = await market_data.price_histories(["7", "8"], timedelta(hours=1))
    assert answers["7"].history.points == ()
    assert [point.price for point in answers["8"].history.points] == [Decimal("0.5")]


async def test_a_refused_span_is_a_refusal(market_data: CachedMarketData, venue: VenueServer) -> None:
    venue.faults["/batch-prices-history"] = Fault(
        times=9, status=400, body='{"error":"interval is too long"}'
    )
    with pytest.raises(MarketDataRefused, match="too long"):
        await market_data.price_histories(["7"], timedelta(hours=1))
