"""The official SDK reads the sandbox unchanged but for its addresses, on every public route it has a use for here."""

import asyncio
from decimal import Decimal

import pytest_asyncio
from polymarket import AsyncPublicClient
from polymarket.models import Market
from polymarket.models.clob import PriceRequest
from polymarket.streams import MarketSpec


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def busy(sdk: AsyncPublicClient) -> Market:
    """The busiest ordinary politics market."""
    politics = await sdk.get_tag(slug="politics")
    page = await sdk.list_markets(
        order="volume", ascending=False, tag_id=int(politics.id), include_tag=True, page_size=20
    ).first_page()
    return next(market for market in page.items if not market.state.neg_risk)


def asset(market: Market) -> str:
    token = market.outcomes.yes.token_id
    assert token is not None
    return token


async def test_lists_all_markets_by_keyset_paging(sdk: AsyncPublicClient) -> None:
    found = [market async for market in sdk.list_markets(page_size=100).iter_items()]
    assert len({market.id for market in found}) == len(found) >= 400
    assert all(market.outcomes.no.token_id and market.trading.fee_schedule for market in found)
    assert all(market.events and market.state.end_date for market in found)


async def test_lists_events_tags_and_searches(sdk: AsyncPublicClient) -> None:
    events = [event async for event in sdk.list_events(page_size=50).iter_items()]
    assert len(events) >= 100
    assert sum(len(event.markets) for event in events) >= 400
    assert (await sdk.get_event(id=events[0].id)).slug == events[0].slug
    assert await sdk.get_event_tags(events[0].id)
    tags = [tag async for tag in sdk.list_tags(page_size=10).iter_items()]
    assert len({tag.id for tag in tags}) == len(tags) >= 20
    assert (await sdk.get_related_tags(slug="up-or-down")) is not None
    results = (await sdk.search(q="ceasefire", page_size=3).first_page()).items
    assert results.events if not isinstance(results, tuple) else results[0].events


async def test_finds_one_market_by_id_slug_token_and_condition(sdk: AsyncPublicClient, busy: Market) -> None:
    assert busy.slug is not None
    assert busy.condition_id is not None
    assert (await sdk.get_market(id=busy.id)).slug == busy.slug
    assert (await sdk.get_market(slug=busy.slug)).id == busy.id
    assert await sdk.get_market_tags(busy.id)
    for found in (
        sdk.list_markets(clob_token_ids=asset(busy)),
        sdk.list_markets(condition_ids=busy.condition_id),
        sdk.list_markets(ids=[int(busy.id)]),
    ):
        assert [market.id for market in (await found.first_page()).items] == [busy.id]


async def test_reads_books_and_prices(sdk: AsyncPublicClient, busy: Market) -> None:
    token = asset(busy)
    book = await sdk.get_order_book(asset_id=token)
    assert book.bids[-1].price < book.asks[-1].price
    other = busy.outcomes.no.token_id
    assert other is not None
    books = await sdk.get_order_books(asset_ids=[token, other])
    assert [row.asset_id for row in books] == [token, other]
    assert 0 < await sdk.get_midpoint(asset_id=token) < 1
    assert set(await sdk.get_midpoints(asset_ids=[token, other])) == {token, other}
    assert await sdk.get_price(asset_id=token, side="BUY") < 1
    prices = await sdk.get_prices(requests=[PriceRequest(token_id=token, side="SELL")])
    assert [sides["SELL"] > 0 for sides in prices.values()] == [True]
    assert await sdk.get_spread(asset_id=token) > 0
    assert set(await sdk.get_spreads(asset_ids=[token])) == {token}
    assert await sdk.get_last_trade_price(asset_id=token) is not None
    assert len(await sdk.get_last_trade_prices(asset_ids=[token])) == 1
    assert await sdk.estimate_market_price(asset_id=token, side="BUY", amount=Decimal(100)) < 1


async def test_reads_history_trades_holders_and_resolutions(sdk: AsyncPublicClient, busy: Market) -> None:
    condition = busy.condition_id
    assert condition is not None
    points = [
        point
        async for point in sdk.list_price_history(
            asset_id=asset(busy), interval="1d", page_size=500
        ).iter_items()
    ]
    assert 1430 <= len(points) <= 1445
    assert [point.timestamp for point in points] == sorted({point.timestamp for point in points})
    trades = (await sdk.list_trades(condition_id=condition, page_size=30).first_page()).items
    assert 0 < len(trades) <= 30
    assert all(trade.condition_id == condition and 0 < trade.price < 1 and trade.size > 0 for trade in trades)
    whales = (await sdk.list_trades(filter_type="CASH", filter_amount=5000, page_size=5).first_page()).items
    assert whales
    assert all(trade.price * trade.size >= 5000 for trade in whales)
    groups = (await sdk.list_market_holders(condition_ids=condition).first_page()).items
    assert [group.asset_id for group in groups] == [busy.outcomes.yes.token_id, busy.outcomes.no.token_id]
    amounts = [holder.amount for holder in groups[0].holders]
    assert amounts == sorted(amounts, reverse=True)
    (resolution,) = await sdk.get_resolutions(condition_ids=condition)
    assert resolution.payouts is None


async def test_trades_are_paged_without_doubles(sdk: AsyncPublicClient, busy: Market) -> None:
    assert busy.condition_id is not None
    pages = sdk.list_trades(condition_id=busy.condition_id, page_size=7)
    seen = [(trade.transaction_hash, trade.timestamp) async for trade in pages.iter_items()]
    assert len(set(seen)) == len(seen) > 7
    assert [at for _, at in seen] == sorted((at for _, at in seen), reverse=True)


async def test_market_stream_brings_a_book_and_then_changes(sdk: AsyncPublicClient) -> None:
    soon = await sdk.list_markets(order="endDate", ascending=True, page_size=30).first_page()
    tokens = [asset(market) for market in soon.items]
    handle = await sdk.subscribe(MarketSpec(token_ids=tokens, custom_feature_enabled=True))
    books, changes = set(), []
    async with handle, asyncio.timeout(60):
        async for event in handle:
            if event.type == "book":
                books.add(event.payload.asset_id)
            elif event.type == "price_change":
                changes.append(event.payload)
            if len(books) == len(tokens) and len(changes) > 3:
                break
    assert books == set(tokens)
    assert all(len({row.asset_id for row in change.price_changes}) == 2 for change in changes)
