"""One strategy's day on the sandbox's generated markets, in process: the venue's wire JSON read by the exchange's own parsing,
decide() driven step by step, and what an engine would carry over (watchlist, continuations, positions) kept in memory."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from polymarket.models.clob import OrderBook as SdkBook

from domain.graph.compile_graph import CompiledGraph
from domain.market.activity import HoldersAnswer, Holding, PublicTrade, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer
from domain.market.market import Market
from domain.market.matching import by_volume, select_ordered
from domain.market.price_history import PriceHistory, PricePoint
from domain.money import Price, Shares, Usdc
from domain.orders.match_order import match_market_buy
from domain.strategy.decision import Decision, Deferral, Effect, EntryPoint, OrderIntent, Situation
from domain.strategy.requests import (
    HeldPosition,
    MarketsRequest,
    WatchlistEntry,
)
from domain.strategy.run_decision import run_decision
from exchange.polymarket.book_parsing import book_from
from exchange.polymarket.parsing import market_from
from exchange.polymarket.price_history import fidelity
from sandbox.clock import HOUR
from sandbox.generator.generated_venue import GeneratedVenue
from sandbox.listing import MarketListing
from sandbox.wire.clob_book import book_object
from sandbox.wire.gamma_market import market_object
from sandbox.wire.price_history import HistoryRequest, history_points
from tests.answered_requests import AnsweredRequests

STRATEGY = UUID("99999999-8888-7777-6666-555555555555")
TRADES_MOST = 500
TRADES_LOOKBACK = 6 * HOUR


class SandboxMarkets:
    """Market data of the generated venue at the moment `now`, shared by all strategies of a test."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.venue = GeneratedVenue(seed)
        self.now = now
        self._listed: tuple[datetime, tuple[Market, ...]] | None = None
        self._histories: dict[tuple[str, timedelta], HistoryAnswer] = {}

    @property
    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    def listed(self) -> tuple[Market, ...]:
        """Open markets as Gamma would list them, highest volume first."""
        if self._listed is None or self._listed[0] != self.now:
            venue, at = self.venue, self.ms
            shown = (known for known in venue.markets(at) if not venue.state(known, at).closed)
            self._listed = self.now, tuple(sorted((self.parsed(known) for known in shown), key=by_volume))
        return self._listed[1]

    def parsed(self, listing: MarketListing) -> Market:
        wire = orjson.dumps(market_object(self.venue, listing, self.ms, include_tag=True))
        return market_from(json.loads(wire, parse_float=Decimal))

    def by_id(self, market_id: str) -> Market | None:
        listing = self.venue.market_by_id(market_id, self.ms)
        return self.parsed(listing) if listing is not None else None

    def book(self, token_id: str) -> BookAnswer:
        found = self.venue.book(token_id, self.ms)
        if found is None:
            return BookAnswer(observed_at=self.now, book=None)
        wire: Any = json.loads(orjson.dumps(book_object(found)))
        return BookAnswer(observed_at=self.now, book=book_from(SdkBook.model_validate(wire), self.now))

    def history(self, token_id: str, lookback: timedelta) -> HistoryAnswer:
        """Read once for all strategies that ask at the same moment, as the exchange's cache does."""
        known = self._histories.get((token_id, lookback))
        if known is None or known.observed_at != self.now:
            known = self._histories[token_id, lookback] = self._read_history(token_id, lookback)
        return known

    def _read_history(self, token_id: str, lookback: timedelta) -> HistoryAnswer:
        start = self.ms - lookback // timedelta(milliseconds=1)
        asked = HistoryRequest(None, start, self.ms, fidelity(lookback))
        points = tuple(
            PricePoint(at=datetime.fromtimestamp(moment / 1000, UTC), price=Price(price))
            for moment, price in history_points(self.venue, token_id, asked, self.ms)
        )
        return HistoryAnswer(observed_at=self.now, history=PriceHistory(token_id=token_id, points=points))

    def trades(self, condition_id: str) -> TradesAnswer:
        listing = self.venue.market_by_condition(condition_id, self.ms)
        found = self.venue.trades(listing, self.ms - TRADES_LOOKBACK, self.ms) if listing is not None else ()
        newest = [
            PublicTrade(
                condition_id=condition_id,
                token_id=trade.market.token_ids[trade.outcome],
                wallet=trade.wallet.address,
                side="BUY" if trade.side == "BUY" else "SELL",
                price=Price(trade.price),
                size=Shares(trade.size),
                at=datetime.fromtimestamp(trade.at_ms // 1000, UTC),
                transaction_hash=trade.transaction_hash,
            )
            for trade in reversed(found)
        ]
        kept = tuple(newest[:TRADES_MOST])
        return TradesAnswer(observed_at=self.now, trades=kept, truncated=len(newest) > TRADES_MOST)

    def holders(self, condition_id: str) -> HoldersAnswer:
        listing = self.venue.market_by_condition(condition_id, self.ms)
        found = self.venue.holdings(listing, self.ms) if listing is not None else ()
        return HoldersAnswer(
            observed_at=self.now,
            holders=tuple(
                Holding(
                    wallet=held.wallet.address,
                    token_id=listing.token_ids[held.outcome] if listing is not None else "",
                    shares=Shares(held.amount),
                )
                for held in found
            ),
        )


@dataclass
class StrategyDay(AnsweredRequests):
    """One strategy: what it watches, holds and waits for. `effects` collects everything it did."""

    graph: CompiledGraph
    markets: SandboxMarkets
    number: int = 0
    watchlist: dict[str, WatchlistEntry] = field(default_factory=dict)
    positions: list[HeldPosition] = field(default_factory=list)
    waiting: list[tuple[datetime, EntryPoint]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    filled: int = 0

    def execute(self) -> None:
        """The continuations that are due, then one execution."""
        self._go_on()
        self.number += 1
        self._evaluate(EntryPoint(), 0)
        self._go_on()

    def _go_on(self) -> None:
        step = 0
        while due := [pair for pair in self.waiting if pair[0] <= self.markets.now]:
            self.waiting.remove(due[0])
            step += 1
            self._evaluate(due[0][1], step)

    def _evaluate(self, entry: EntryPoint, step: int) -> None:
        now = self.markets.now
        situation = Situation(
            strategy_id=STRATEGY, number=max(self.number, 1), step=step, now=now, entry=entry
        )
        decision, _ = run_decision(self.graph, situation, self.answer)
        self._carry_out(decision)

    def _carry_out(self, decision: Decision) -> None:
        now = self.markets.now
        self.effects.extend(decision.effects)
        for effect in decision.effects:
            if effect.kind == "add_to_watchlist":
                entry = WatchlistEntry(market_id=effect.market_id, added_at=now, reason=effect.reason)
                self.watchlist.setdefault(effect.market_id, entry)
            elif effect.kind == "remove_from_watchlist":
                self.watchlist.pop(effect.market_id, None)
        bought = [isinstance(intent, OrderIntent) and self._buy(intent) for intent in decision.intents]
        for deferral in decision.deferrals:
            due = self._due(deferral, bought)
            if due is not None:
                entry_point = EntryPoint(node_id=deferral.node_id, port=deferral.port, items=deferral.items)
                self.waiting.append((due, entry_point))

    def _due(self, deferral: Deferral, bought: list[bool]) -> datetime | None:
        """None for a port to which the order did not come."""
        if deferral.intent_index is None:
            return deferral.due_at
        ports = ("placed", "filled") if bought[deferral.intent_index] else ("failed",)
        return self.markets.now if deferral.port in ports else None

    def _buy(self, intent: OrderIntent) -> bool:
        """By the paper rules: walks the real book. Returns whether anything was bought."""
        market, answer = self.markets.by_id(intent.market_id), self.markets.book(intent.token_id)
        if market is None or answer.book is None:
            return False
        match = match_market_buy(answer.book, intent.amount, market.fees, intent.slippage_max)
        if not match.taken:
            return False
        self.filled += 1
        self.positions.append(
            HeldPosition(
                market_id=intent.market_id,
                token_id=intent.token_id,
                outcome=intent.outcome,
                shares=match.shares,
                cost=Usdc(match.cost + match.fee),
                entry_price=Price(match.cost / match.shares),
                opened_at=self.markets.now,
            )
        )
        return True

    @property
    def moment(self) -> datetime:
        return self.markets.now

    def listed(self, request: MarketsRequest) -> Sequence[Market]:
        return select_ordered(self.markets.listed(), request.query, self.moment)

    def known(self, market_ids: Sequence[str]) -> Sequence[Market]:
        return [market for market in map(self.markets.by_id, market_ids) if market is not None]

    def book(self, token_id: str) -> BookAnswer:
        return self.markets.book(token_id)

    def history(self, token_id: str, lookback: timedelta) -> HistoryAnswer:
        return self.markets.history(token_id, lookback)

    def traded(self, condition_id: str) -> TradesAnswer:
        return self.markets.trades(condition_id)

    def held(self, condition_id: str) -> HoldersAnswer:
        return self.markets.holders(condition_id)

    def watched(self) -> Sequence[WatchlistEntry]:
        return tuple(self.watchlist.values())

    def owned(self) -> Sequence[HeldPosition]:
        return self.positions


def moments(start: datetime, step: timedelta) -> Iterator[datetime]:
    """From `start` to a day later."""
    for number in range(int(timedelta(days=1) / step) + 1):
        yield start + number * step


def run_day(
    markets: SandboxMarkets,
    days: dict[str, StrategyDay],
    step: timedelta,
    done: Callable[[StrategyDay], bool],
) -> None:
    """Executes every strategy at every step of 24 hours, each until it is done."""
    for moment in moments(markets.now, step):
        markets.now = moment
        open_days = [day for day in days.values() if not done(day)]
        if not open_days:
            return
        for day in open_days:
            day.execute()
