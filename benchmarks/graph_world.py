"""Markets, histories and a watchlist in memory, the same in every run, as answers that cost nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain.market.answers import HistoryAnswer, MarketsAnswer
from domain.market.fees import FeeSchedule
from domain.market.market import Market, Outcome
from domain.market.price_history import PriceHistory, PricePoint
from domain.money import Price, Usdc
from domain.strategy.requests import (
    Answer,
    HistoriesAnswer,
    MarketsByIdRequest,
    MarketsRequest,
    PriceHistoriesRequest,
    Request,
    WatchlistAnswer,
    WatchlistEntry,
    WatchlistRequest,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STRATEGY = UUID("11111111-2222-3333-4444-555555555555")
MARKETS = 200
"""As many as a query finds unless told otherwise."""


class GraphWorld:
    """Answers every request with the same object each time, as the shared cache does."""

    points = 121

    def __init__(self) -> None:
        self.markets = {market.id: market for market in map(_market, range(MARKETS))}
        self.histories = {
            market.outcomes[0].token_id: _history(number, market)
            for number, market in enumerate(self.markets.values())
        }
        self.watched = {market_id: NOW - timedelta(minutes=30) for market_id in list(self.markets)[:60]}
        self._listing = MarketsAnswer(observed_at=NOW, markets=tuple(self.markets.values()))
        self._answers = {
            token: HistoryAnswer(observed_at=NOW, history=history)
            for token, history in self.histories.items()
        }
        self._watchlist = WatchlistAnswer.model_construct(
            entries=tuple(WatchlistEntry(market_id=known, added_at=at) for known, at in self.watched.items())
        )

    def answer(self, request: Request) -> Answer:
        match request:
            case MarketsRequest():
                return self._listing
            case MarketsByIdRequest():
                known = tuple(self.markets[each] for each in request.market_ids)
                return MarketsAnswer.model_construct(observed_at=NOW, markets=known, truncated=False)
            case PriceHistoriesRequest():
                return HistoriesAnswer.model_construct(
                    histories={token: self._answers[token] for token in request.token_ids}
                )
            case WatchlistRequest():
                return self._watchlist
        raise AssertionError(f"no graph here asks for {request.kind}")


def _market(number: int) -> Market:
    price = Decimal(number % 89 + 6) / 100
    volume = Decimal(20_000 + number * 7_919)
    return Market(
        id=f"m{number}",
        condition_id=f"0x{number:064x}",
        slug=f"market-{number}",
        question=f"Will the event with the number {number} happen before the end of the year?",
        category="politics",
        tags=("politics", "elections"),
        event_id=str(number // 3),
        event_title=f"Event {number // 3}",
        outcomes=(
            Outcome(name="Yes", token_id=f"{number}1".rjust(70, "7"), price=Price(price)),
            Outcome(name="No", token_id=f"{number}2".rjust(70, "7"), price=Price(1 - price)),
        ),
        active=True,
        closed=False,
        accepting_orders=True,
        enable_order_book=True,
        neg_risk=False,
        end_at=NOW + timedelta(days=number % 40 + 1),
        volume=Usdc(volume),
        volume_24h=Usdc(volume / 8),
        liquidity=Usdc(Decimal(1_000 + number * 53)),
        best_bid=Price(price - Decimal("0.005")),
        best_ask=Price(price + Decimal("0.005") * (number % 4 + 1)),
        tick_size=Decimal("0.01"),
        min_order_size=Decimal(5),
        fees=FeeSchedule(rate=Decimal("0.04")),
    )


def _history(number: int, market: Market) -> PriceHistory:
    """Two hours by the minute, towards the price of now from up to a fifth below or above."""
    start = market.price * (1 + Decimal(number % 41 - 20) / 100)
    last = GraphWorld.points - 1
    points = tuple(
        PricePoint(
            at=NOW - timedelta(minutes=last - place),
            price=Price((start + (market.price - start) * place / last).quantize(Decimal("0.0001"))),
        )
        for place in range(last + 1)
    )
    return PriceHistory(token_id=market.outcomes[0].token_id, points=points)
