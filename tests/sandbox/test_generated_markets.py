"""What the generator promises about its markets: the same for the same seed, alive, and coherent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import mean

import pytest

from sandbox.clock import DAY, HOUR, MINUTE, SECOND
from sandbox.generator.generated_venue import GeneratedVenue
from sandbox.listing import MarketListing

NOW = int(datetime(2026, 11, 22, 14, 7, 31, tzinfo=UTC).timestamp() * 1000)


def open_markets(venue: GeneratedVenue, at_ms: int) -> list[MarketListing]:
    return [market for market in venue.markets(at_ms) if not venue.state(market, at_ms).closed]


@pytest.fixture(scope="module")
def venue() -> GeneratedVenue:
    return GeneratedVenue(3)


def test_same_seed_same_markets_books_and_trades_whatever_was_asked_before() -> None:
    first, second = GeneratedVenue(42), GeneratedVenue(42)
    second.figures(second.markets(NOW - DAY)[7], NOW - DAY)
    markets = first.markets(NOW)
    assert markets == second.markets(NOW)
    for market in markets[::40]:
        assert first.figures(market, NOW) == second.figures(market, NOW)
        assert first.book(market.token_ids[1], NOW) == second.book(market.token_ids[1], NOW)
        assert first.trades(market, NOW - 2 * HOUR, NOW) == second.trades(market, NOW - 2 * HOUR, NOW)
        assert first.holdings(market, NOW) == second.holdings(market, NOW)


def test_other_seed_other_markets() -> None:
    first, second = GeneratedVenue(1), GeneratedVenue(2)
    assert not {m.condition_id for m in first.markets(NOW)} & {m.condition_id for m in second.markets(NOW)}


def test_at_any_time_at_least_400_markets_are_open_and_their_questions_differ(venue: GeneratedVenue) -> None:
    for days in (0, 3, 40, 400):
        at_ms = NOW + days * DAY
        markets = open_markets(venue, at_ms)
        running = [market for market in markets if market.ends_ms > at_ms]
        assert len(running) >= 400
        assert len({market.question for market in running}) == len(running)
        assert len({market.category for market in running}) >= 8


def test_every_id_finds_its_market(venue: GeneratedVenue) -> None:
    for market in venue.markets(NOW)[::23]:
        assert venue.market_by_id(market.id, NOW) is market
        assert venue.market_by_slug(market.slug, NOW) is market
        assert venue.market_by_condition(market.condition_id, NOW) is market
        assert all(venue.market_by_token(token, NOW) is market for token in market.token_ids)
    for text in ("", "0", "9" * 90, "x", "-1", "٣"):
        assert venue.market_by_id(text, NOW) is None
        assert venue.market_by_token(text, NOW) is None
        assert venue.market_by_condition(text, NOW) is None


@pytest.mark.parametrize("seed", [3, 7, 2026])
def test_at_any_moment_a_large_politics_market_has_risen_5_percent_in_an_hour(seed: int) -> None:
    venue = GeneratedVenue(seed)
    for step in range(6):
        at_ms = NOW + step * 257 * MINUTE
        risen = 0
        for market in open_markets(venue, at_ms):
            if market.category != "politics" or venue.figures(market, at_ms).volume < 100_000:
                continue
            points = venue.midpoints(market.token_ids[0], [at_ms - HOUR, at_ms], at_ms)
            risen += len(points) == 2 and points[1][1] / points[0][1] > Decimal("1.05")
        assert risen >= 1, f"seed {seed}, step {step}"


def test_prices_trend_revert_and_jump(venue: GeneratedVenue) -> None:
    """Hourly moves of long-lived markets: both directions, some large, and no drift to the ends."""
    moves: list[float] = []
    largest_minute = 0.0
    for market in open_markets(venue, NOW):
        if market.ends_ms < NOW + 10 * DAY or market.opens_ms > NOW - 5 * DAY:
            continue
        hours = [
            price for _, price in venue.midpoints(market.token_ids[0], range(NOW - 2 * DAY, NOW, HOUR), NOW)
        ]
        moves += [float(later - price) for price, later in pairwise(hours)]
        if market.category == "politics":
            minutes = [
                p for _, p in venue.midpoints(market.token_ids[0], range(NOW - 8 * HOUR, NOW, MINUTE), NOW)
            ]
            steps = [abs(float(b - a)) for a, b in pairwise(minutes)]
            largest_minute = max(largest_minute, *steps)
    assert abs(mean(moves)) < 0.002
    assert 0.35 < sum(move > 0 for move in moves) / sum(move != 0 for move in moves) < 0.65
    assert sum(abs(move) > 0.03 for move in moves) > len(moves) * 0.01
    assert largest_minute > 0.06


def test_history_reaches_back_30_days_or_to_the_opening(venue: GeneratedVenue) -> None:
    old = [market for market in open_markets(venue, NOW) if market.opens_ms < NOW - 30 * DAY]
    assert len(old) > 50
    for market in old[:20]:
        points = venue.midpoints(market.token_ids[0], range(NOW - 30 * DAY, NOW, 6 * HOUR), NOW)
        assert len(points) == 120


def test_volume_grows_by_what_is_traded(venue: GeneratedVenue) -> None:
    checked = 0
    for market in open_markets(venue, NOW)[::9]:
        before, after = venue.figures(market, NOW).volume, venue.figures(market, NOW + 3 * HOUR).volume
        if market.closes_ms < NOW + 3 * HOUR:
            continue
        first, second = venue.changed_at(market, NOW), venue.changed_at(market, NOW + 3 * HOUR)
        traded = sum((trade.price * trade.size for trade in venue.trades(market, first, second)), Decimal(0))
        assert abs(after - before - traded) <= Decimal("0.02") + traded * Decimal("0.01")
        checked += traded > 0
    assert checked > 20


def test_trades_happen_at_the_quotes(venue: GeneratedVenue) -> None:
    market = max(open_markets(venue, NOW), key=lambda market: venue.figures(market, NOW).volume_24h)
    trades = venue.trades(market, NOW - HOUR, NOW)
    assert trades
    for trade in trades[:50]:
        book = venue.book(market.token_ids[trade.outcome], trade.at_ms)
        assert book is not None
        assert trade.price == (book.best_ask if trade.side == "BUY" else book.best_bid)


def test_fields_sum_to_one_and_ladders_fall(venue: GeneratedVenue) -> None:
    fields = ladders = 0
    for event in venue.events(NOW):
        if len(event.markets) < 2 or event.ends_ms < NOW + HOUR:
            continue
        prices = [venue.figures(market, NOW).prices[0] for market in event.markets]
        if event.neg_risk:
            fields += 1
            assert Decimal("0.93") < sum(prices) < Decimal("1.07"), event.title
        else:
            ladders += 1
            assert all(price >= later - Decimal("0.011") for price, later in pairwise(prices))
    assert fields > 10
    assert ladders > 10


def test_markets_end_are_resolved_and_outcomes_agree_with_the_last_price(venue: GeneratedVenue) -> None:
    ended = [market for market in venue.markets(NOW) if venue.state(market, NOW).closed]
    assert len(ended) > 100
    for market in ended[::7]:
        state = venue.state(market, NOW)
        assert state.payouts is not None
        last = venue.midpoints(market.token_ids[0], [market.ends_ms + 10 * SECOND], NOW)
        assert abs(last[0][1] - state.payouts[0]) < Decimal("0.02"), market.question
        assert venue.state(market, market.ends_ms - 1).accepting_orders
    assert {venue.state(market, market.closes_ms - 1).resolution for market in ended} == {"none", "proposed"}


def test_exactly_one_name_of_a_field_wins_and_ladders_resolve_consistently(venue: GeneratedVenue) -> None:
    for event in venue.events(NOW):
        results = [venue.state(market, NOW).payouts for market in event.markets]
        wins = [payouts[0] for payouts in results if payouts is not None]
        if len(wins) != len(event.markets) or len(wins) < 2:
            continue
        if event.neg_risk:
            assert sum(wins) == 1
        else:
            assert wins == sorted(wins, reverse=True)


def test_outcomes_are_calibrated(venue: GeneratedVenue) -> None:
    """Of many markets the share that wins is the share their prices promised some time before."""
    promised, came = [], []
    for days in range(0, 40, 2):
        at_ms = NOW + days * DAY
        for market in venue.markets(at_ms):
            if market.category == "sports" and not market.neg_risk and market.closes_ms <= at_ms:
                before = venue.midpoints(market.token_ids[0], [market.ends_ms - 12 * HOUR], at_ms)
                payouts = venue.state(market, at_ms).payouts
                assert payouts is not None
                promised.append(float(before[0][1]))
                came.append(float(payouts[0]))
    assert len(promised) > 300
    assert abs(mean(promised) - mean(came)) < 0.08


def test_fees_follow_the_category(venue: GeneratedVenue) -> None:
    terms = {market.category: market.fees for market in venue.markets(NOW)}
    assert (terms["crypto"].kind, terms["crypto"].rate) == ("crypto_fees_v2", Decimal("0.07"))
    assert (terms["sports"].kind, terms["sports"].rate) == ("sports_fees_v3", Decimal("0.05"))
    assert terms["politics"].rate == Decimal("0.04")
    assert (terms["geopolitics"].kind, terms["geopolitics"].rate) == ("zero_fees", Decimal(0))


def test_dates_in_questions_are_relative_to_now(venue: GeneratedVenue) -> None:
    dated = 0
    for market in open_markets(venue, NOW):
        if market.ends_ms > NOW:
            end = datetime.fromtimestamp(market.ends_ms / 1000, UTC)
            dated += f"{end:%B} {end.day}" in market.question
            assert end < datetime(2026, 11, 22, tzinfo=UTC) + timedelta(days=150)
    assert dated > 250
