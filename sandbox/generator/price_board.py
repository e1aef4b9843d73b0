"""Prices, quotes and books of the generated markets at any moment, with the memory that makes asking twice cheap."""

from collections import OrderedDict
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from sandbox.clock import MINUTE, SECOND
from sandbox.generator.depth import Side, sides_of
from sandbox.generator.event_lines import EventLine
from sandbox.generator.impulses import CategoryNews
from sandbox.generator.price_path import EventPath
from sandbox.generator.quotes import Quotes, quotes_of, tick_of
from sandbox.listing import MarketListing
from sandbox.seeded import mix, unit

TICK_BLOCK = 10 * MINUTE
KEPT_PATHS = 3_000
KEPT_VECTORS = 20_000
KEPT_MIDPOINTS = 120_000


class _Place(NamedTuple):
    line: int
    sequence: int


class PriceBoard:
    """Everything here is a function of seed and time, except the shocks the admin endpoint adds."""

    def __init__(self, news: CategoryNews) -> None:
        self._news = news
        self._paths: OrderedDict[_Place, EventPath] = OrderedDict()
        self._shocked: set[_Place] = set()
        self._vectors: OrderedDict[tuple[int, int, int], tuple[float, ...]] = OrderedDict()
        self._midpoints: dict[tuple[str, int], Decimal] = {}
        self._liquidity = lru_cache(maxsize=4096)(self._sum_liquidity)

    def path(self, line: EventLine, sequence: int) -> EventPath:
        place = _Place(line.number, sequence)
        path = self._paths.get(place)
        if path is None:
            path = self._paths[place] = EventPath(line, sequence, self._news)
            if len(self._paths) > KEPT_PATHS:
                oldest = next(known for known in self._paths if known not in self._shocked)
                del self._paths[oldest]
        return path

    def step_length(self, line: EventLine) -> int:
        """How often the books of a line change."""
        span = (2, 6) if line.template.native else (4, 14)
        return int((span[0] + span[1] * unit(line.key, 81)) * SECOND)

    def changed_at(self, line: EventLine, sequence: int, at_ms: int) -> int:
        length = self.step_length(line)
        regular = at_ms // length * length
        place = _Place(line.number, sequence)
        if place in self._shocked:
            regular = max(regular, self.path(line, sequence).last_shock(at_ms))
        return max(regular, line.opens(sequence))

    def price(self, line: EventLine, sequence: int, index: int, moment: int) -> float:
        place = (line.number, sequence, moment)
        known = self._vectors.get(place)
        if known is None:
            known = self._vectors[place] = tuple(self.path(line, sequence).prices(moment))
            if len(self._vectors) > KEPT_VECTORS:
                self._vectors.popitem(last=False)
        return known[index]

    def quotes(self, line: EventLine, sequence: int, market: MarketListing, moment: int) -> Quotes:
        price = self.price(line, sequence, market.index, moment)
        block = max(moment // TICK_BLOCK * TICK_BLOCK, market.opens_ms)
        tick = tick_of(market, self.price(line, sequence, market.index, block))
        return quotes_of(market, mix(line.key, market.index), price, tick, moment)

    def sides(
        self, line: EventLine, market: MarketListing, quotes: Quotes, moment: int, thickness: float
    ) -> tuple[Side, Side]:
        return sides_of(
            mix(line.key, int(market.id), 82), quotes, thickness, moment // self.step_length(line)
        )

    def midpoint(self, line: EventLine, sequence: int, market: MarketListing, moment: int) -> Decimal:
        """The midpoint of the book that was shown at `moment`."""
        shown = self.changed_at(line, sequence, moment)
        place = (market.id, shown)
        known = self._midpoints.get(place)
        if known is None:
            if len(self._midpoints) > KEPT_MIDPOINTS:
                self._midpoints.clear()
            known = self._midpoints[place] = self.quotes(line, sequence, market, shown).midpoint
        return known

    def liquidity(
        self, line: EventLine, sequence: int, market: MarketListing, moment: int, thickness: float
    ) -> Decimal:
        return self._liquidity(line, sequence, market, moment, thickness)

    def _sum_liquidity(
        self, line: EventLine, sequence: int, market: MarketListing, moment: int, thickness: float
    ) -> Decimal:
        quotes = self.quotes(line, sequence, market, moment)
        bids, asks = self.sides(line, market, quotes, moment, thickness)
        one = quotes.ticks_in_one
        cents = sum(ticks * size for ticks, size in bids) + sum((one - ticks) * size for ticks, size in asks)
        return (Decimal(cents) / (100 * one)).quantize(Decimal("0.0001"))

    def shock(self, line: EventLine, sequence: int, market: MarketListing, price: float, at_ms: int) -> None:
        self.path(line, sequence).shock(market.index, at_ms, price)
        self._shocked.add(_Place(line.number, sequence))
        self._vectors.clear()
        self._midpoints.clear()
