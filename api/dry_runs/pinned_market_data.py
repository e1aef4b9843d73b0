"""A venue with exactly the markets that a person pinned; what they left open is asked of the real one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from api.dry_runs.schemas import PinnedMarket
from api.problem import ApiProblem, ProblemItem
from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer, MarketsAnswer
from domain.market.fees import FeeSchedule
from domain.market.market import Market, Outcome
from domain.market.matching import select, tag_slug
from domain.market.price_history import PriceHistory
from domain.market.query import MarketQuery
from domain.money import Price, Usdc
from exchange.ports import MarketData

HALF_SPREAD = Decimal("0.005")
MADE_UP = "made-up"
"""Slug of markets that the venue does not know."""


class PinnedMarketData:
    """Implements exchange.ports.MarketData. Of markets the venue knows, books and the like are the real ones; of made-up
    ones there are none."""

    def __init__(self, venue: MarketData, markets: tuple[Market, ...], now: datetime) -> None:
        self._venue = venue
        self._markets = {market.id: market for market in markets}
        self._now = now
        made_up = [market for market in markets if market.slug == MADE_UP]
        self._made_up = {market.condition_id for market in made_up}
        self._made_up |= {outcome.token_id for market in made_up for outcome in market.outcomes}

    def _real(self, ids: Sequence[str]) -> list[str]:
        return [one for one in ids if one not in self._made_up]

    def _none_of(self, ids: Sequence[str]) -> list[str]:
        return [one for one in ids if one in self._made_up]

    async def markets(self, query: MarketQuery) -> MarketsAnswer:
        found = select(tuple(self._markets.values()), query, self._now)
        return MarketsAnswer(observed_at=self._now, markets=tuple(found))

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        found = tuple(self._markets[one] for one in market_ids if one in self._markets)
        return MarketsAnswer(observed_at=self._now, markets=found)

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        none = {one: BookAnswer(observed_at=self._now, book=None) for one in self._none_of(token_ids)}
        return {**none, **await self._venue.books(self._real(token_ids), max_age)}

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        none = {
            one: HistoryAnswer(observed_at=self._now, history=PriceHistory(token_id=one, points=()))
            for one in self._none_of(token_ids)
        }
        return {**none, **await self._venue.price_histories(self._real(token_ids), lookback)}

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]:
        none = {one: TradesAnswer(observed_at=self._now, trades=()) for one in self._none_of(condition_ids)}
        return {**none, **await self._venue.recent_trades(self._real(condition_ids))}

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]:
        none = {one: HoldersAnswer(observed_at=self._now, holders=()) for one in self._none_of(condition_ids)}
        return {**none, **await self._venue.holders(self._real(condition_ids))}


async def pinned_market_data(
    venue: MarketData, pinned: Sequence[PinnedMarket], now: datetime
) -> PinnedMarketData:
    """Raises ApiProblem 422 for an unknown id without price and volume, and what the venue raises."""
    answer = await venue.markets_by_id([market.id for market in pinned])
    known = {market.id: market for market in answer.markets}
    markets = tuple(_market(index, one, known.get(one.id)) for index, one in enumerate(pinned))
    return PinnedMarketData(venue, markets, now)


def _market(index: int, pinned: PinnedMarket, known: Market | None) -> Market:
    if known is None and (pinned.price is None or pinned.volume is None):
        message = f"The venue has no market “{pinned.id}”: give its price and volume."
        item = ProblemItem(field=f"pinned_markets.{index}", code="unknown_market", message=message)
        raise ApiProblem(422, "invalid_request", message, errors=[item])
    market = known or _made_up(pinned.id)
    said: dict[str, Any] = {
        name: value
        for name in ("question", "volume", "volume_24h", "liquidity", "end_at")
        if (value := getattr(pinned, name)) is not None
    }
    if pinned.tags is not None:
        said["tags"] = tuple(tag_slug(tag) for tag in pinned.tags)
    if pinned.price is not None:
        said |= _priced(market, pinned.price)
    return market.model_copy(update=said)


def _priced(market: Market, price: Decimal) -> dict[str, Any]:
    prices = [Price(price), Price(1 - price)]
    outcomes = tuple(
        outcome.model_copy(update={"price": new}) if len(market.outcomes) == len(prices) else outcome
        for outcome, new in zip(market.outcomes, prices, strict=False)
    )
    return {
        "outcomes": outcomes,
        "best_bid": Price(max(Decimal(0), price - HALF_SPREAD)),
        "best_ask": Price(min(Decimal(1), price + HALF_SPREAD)),
    }


def _made_up(market_id: str) -> Market:
    half = Price(Decimal("0.5"))
    return Market(
        id=market_id,
        condition_id=market_id,
        slug=MADE_UP,
        question=market_id,
        category="",
        tags=(),
        event_id=None,
        event_title=None,
        outcomes=tuple(
            Outcome(name=name, token_id=f"{market_id}-{name}", price=half) for name in ("Yes", "No")
        ),
        active=True,
        closed=False,
        accepting_orders=True,
        enable_order_book=True,
        neg_risk=False,
        end_at=None,
        volume=Usdc(Decimal(0)),
        volume_24h=Usdc(Decimal(0)),
        liquidity=Usdc(Decimal(0)),
        best_bid=half,
        best_ask=half,
        tick_size=Decimal("0.01"),
        min_order_size=Decimal(5),
        fees=FeeSchedule(rate=Decimal(0)),
    )
