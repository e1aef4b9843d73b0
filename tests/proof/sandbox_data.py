"""The sandbox's generated markets as market data at a simulated moment: its wire JSON, read by the exchange's own parsing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer, MarketsAnswer
from domain.market.market import Market
from domain.market.matching import by_volume, select_ordered
from domain.market.query import MarketQuery
from tests.simulation.sandbox_day import SandboxMarkets

ONE_IN = 8
"""So many of the sandbox's markets are listed: reading all 450 of them again every hour would take most of the time."""


class FewerMarkets(SandboxMarkets):
    def listed(self) -> tuple[Market, ...]:
        if self._listed is None or self._listed[0] != self.now:
            venue, at = self.venue, self.ms
            some = (known for known in venue.markets(at) if int(known.id) % ONE_IN == 0)
            shown = (self.parsed(known) for known in some if not venue.state(known, at).closed)
            self._listed = self.now, tuple(sorted(shown, key=by_volume))
        return self._listed[1]


class SandboxData:
    """Implements exchange.ports.MarketData and ResolutionData; `at` moves it in time."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._markets = FewerMarkets(seed, start)
        self._known: dict[str, Market | None] = {}
        """Of this moment."""

    def now(self) -> datetime:
        return self._markets.now

    def at(self, moment: datetime) -> None:
        self._markets.now = moment
        self._known.clear()

    async def markets(self, query: MarketQuery) -> MarketsAnswer:
        found = select_ordered(self._markets.listed(), query, self.now())
        return MarketsAnswer(observed_at=self.now(), markets=tuple(found))

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        for market_id in market_ids:
            if market_id not in self._known:
                self._known[market_id] = self._markets.by_id(market_id)
        found = (self._known[market_id] for market_id in market_ids)
        return MarketsAnswer(observed_at=self.now(), markets=tuple(market for market in found if market))

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        return {token: self._markets.book(token) for token in token_ids}

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        return {token: self._markets.history(token, lookback) for token in token_ids}

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]:
        return {condition: self._markets.trades(condition) for condition in condition_ids}

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]:
        return {condition: self._markets.holders(condition) for condition in condition_ids}

    async def clob_words(self, condition_ids: Sequence[str]) -> Mapping[str, ClobAnswer]:
        """Nothing more than the listing says."""
        return {condition: ClobAnswer(observed_at=self.now(), word=None) for condition in condition_ids}
