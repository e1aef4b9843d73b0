"""Market data of the sandbox: the whole way over HTTP, both sides real."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.market.matching import matches
from domain.market.query import MarketQuery
from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data, probe
from exchange.polymarket.environment import Addresses
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox

FRESH = timedelta(seconds=10)


@dataclass(frozen=True)
class Running:
    addresses: Addresses
    data: CachedMarketData


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Running]:
    async with running_sandbox(SandboxConfig()) as base_url:
        addresses = Addresses.of_sandbox(base_url)
        data = create_market_data(addresses)
        yield Running(addresses, data)
        await data.close()


async def test_the_probe_finds_the_sandbox(sandbox: Running) -> None:
    assert await probe(sandbox.addresses)


async def test_open_markets_come_with_tags_prices_and_fees_and_nothing_is_left_out(sandbox: Running) -> None:
    answer = await sandbox.data.markets(MarketQuery(limit=2000))
    assert len(answer.markets) >= 400
    assert not answer.truncated
    assert sandbox.data.stats.skipped_markets == 0
    assert {"politics", "sports", "crypto"} <= {market.category for market in answer.markets}
    assert all(market.tags and not market.closed for market in answer.markets)
    volumes = [market.volume for market in answer.markets]
    assert volumes == sorted(volumes, reverse=True)


async def test_a_query_by_tag_and_volume_gives_exactly_the_matching_markets(sandbox: Running) -> None:
    query = MarketQuery(tag="politics", volume_min=Decimal(20_000), limit=2000)
    answer = await sandbox.data.markets(query)
    assert answer.markets
    assert all(matches(market, query, answer.observed_at) for market in answer.markets)


async def test_books_histories_trades_and_holders_of_a_market_are_read(sandbox: Running) -> None:
    answer = await sandbox.data.markets(MarketQuery(limit=20))
    market = next(one for one in answer.markets if one.best_bid is not None and one.best_ask is not None)
    tokens = [outcome.token_id for outcome in market.outcomes]
    books = await sandbox.data.books(tokens, FRESH)
    yes, no = (books[token].book for token in tokens)
    assert yes is not None
    assert no is not None
    assert (yes.condition_id, yes.tick_size) == (market.condition_id, market.tick_size)
    assert yes.best_bid is not None
    assert yes.best_ask is not None
    assert yes.best_bid < yes.best_ask
    assert no.best_ask == 1 - yes.best_bid
    history = (await sandbox.data.price_histories(tokens[:1], timedelta(hours=6)))[tokens[0]].history
    assert len(history.points) > 100
    assert history.points[-1].at > datetime.now(UTC) - timedelta(minutes=10)
    trades = (await sandbox.data.recent_trades([market.condition_id]))[market.condition_id].trades
    assert trades
    assert {trade.token_id for trade in trades} <= set(tokens)
    holders = (await sandbox.data.holders([market.condition_id]))[market.condition_id].holders
    assert holders
    assert {holding.token_id for holding in holders} <= set(tokens)


async def test_a_token_the_sandbox_does_not_know_has_no_book_and_an_empty_history(sandbox: Running) -> None:
    assert (await sandbox.data.books(["123456789"], FRESH))["123456789"].book is None
    answer = await sandbox.data.price_histories(["123456789"], timedelta(hours=1))
    assert answer["123456789"].history.points == ()


async def test_markets_are_found_by_id(sandbox: Running) -> None:
    some = (await sandbox.data.markets(MarketQuery(limit=3))).markets
    found = await sandbox.data.markets_by_id([market.id for market in some] + ["999999999999"])
    assert {market.id for market in found.markets} == {market.id for market in some}
