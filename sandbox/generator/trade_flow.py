"""Who trades how much and when. Dollars per bucket of time come first; the fills of a bucket divide them.

So the volume of a market at any moment is a sum over few buckets, and equals the fills to the cent of rounding.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import exp

from sandbox.clock import HOUR, MINUTE
from sandbox.generator.event_lines import EventLine
from sandbox.listing import MarketListing
from sandbox.seeded import mix, normal, unit

BUCKETS_PER_GROUP = 24
TYPICAL_FILL = 260.0
MOST_FILLS = 80
KEPT_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill before it has a price: `dollars` at `at_ms`, taker buying or selling outcome `outcome`."""

    at_ms: int
    dollars: float
    buys: bool
    outcome: int
    key: int


class TradeFlow:
    """Fills and volume of all generated markets."""

    def __init__(self) -> None:
        self._fills: OrderedDict[tuple[int, int], tuple[Fill, ...]] = OrderedDict()
        self._popularity: dict[int, float] = {}
        self._groups: dict[int, list[float]] = {}
        self._weights: dict[tuple[int, int], tuple[float, ...]] = {}

    def popularity(self, line: EventLine, market: MarketListing) -> float:
        """Dollars the market turns over in its whole life."""
        known = self._popularity.get(int(market.id))
        if known is not None:
            return known
        key = mix(line.key, int(market.id), 60)
        favour = 1.0 / (1.0 + 0.15 * market.index) if market.neg_risk else 1.0
        if len(self._popularity) > KEPT_BUCKETS:
            self._popularity.clear()
        known = self._popularity[int(market.id)] = line.template.volume * favour * exp(0.7 * normal(key))
        return known

    def bucket_length(self, line: EventLine) -> int:
        return max(MINUTE, min(HOUR, line.life // 400 // MINUTE * MINUTE))

    def volume(self, line: EventLine, market: MarketListing, at_ms: int) -> float:
        """Dollars traded from the opening until that moment."""
        at_ms = min(at_ms, market.closes_ms)
        if at_ms <= market.opens_ms:
            return 0.0
        length = self.bucket_length(line)
        bucket, _ = divmod(at_ms - market.opens_ms, length)
        total = self._before(line, market, bucket)
        return total + sum(fill.dollars for fill in self.fills(line, market, bucket) if fill.at_ms <= at_ms)

    def rough_volume(self, line: EventLine, market: MarketListing, at_ms: int) -> float:
        """The same to a part of a bucket, without making fills: for figures about long ago."""
        if at_ms <= market.opens_ms:
            return 0.0
        length = self.bucket_length(line)
        bucket, inside = divmod(min(at_ms, market.closes_ms) - market.opens_ms, length)
        return self._before(line, market, bucket) + self._dollars(line, market, bucket) * inside / length

    def between(
        self, line: EventLine, market: MarketListing, after_ms: int, until_ms: int, least: float = 0.0
    ) -> list[Fill]:
        """Fills in (after, until] of at least that many dollars, oldest first."""
        length = self.bucket_length(line)
        after = max(after_ms, market.opens_ms - 1)
        until = min(until_ms, market.closes_ms)
        if until <= after:
            return []
        first = max((after - market.opens_ms) // length, 0)
        last = (until - market.opens_ms) // length
        return [
            fill
            for bucket in range(first, last + 1)
            if self._may_hold(line, market, bucket, least)
            for fill in self.fills(line, market, bucket)
            if after < fill.at_ms <= until and fill.dollars >= least
        ]

    def _may_hold(self, line: EventLine, market: MarketListing, bucket: int, least: float) -> bool:
        """Whether a bucket turns over enough to hold such a fill; spares making the fills of quiet markets."""
        if not least:
            return True
        if self._group_dollars(line, market, bucket // BUCKETS_PER_GROUP) < least:
            return False
        return self._dollars(line, market, bucket) >= least

    def last(self, line: EventLine, market: MarketListing, at_ms: int) -> Fill | None:
        """The newest fill within the last buckets."""
        length = self.bucket_length(line)
        newest = (min(at_ms, market.closes_ms) - market.opens_ms) // length
        for bucket in range(newest, max(newest - 2 * BUCKETS_PER_GROUP, -1), -1):
            for fill in reversed(self.fills(line, market, bucket)):
                if fill.at_ms <= at_ms:
                    return fill
        return None

    def fills(self, line: EventLine, market: MarketListing, bucket: int) -> tuple[Fill, ...]:
        place = (int(market.id), bucket)
        known = self._fills.get(place)
        if known is None:
            known = self._fills[place] = self._make_fills(line, market, bucket)
            if len(self._fills) > KEPT_BUCKETS:
                self._fills.popitem(last=False)
        return known

    def _make_fills(self, line: EventLine, market: MarketListing, bucket: int) -> tuple[Fill, ...]:
        key = mix(line.key, int(market.id), bucket, 61)
        dollars = self._dollars(line, market, bucket)
        count = min(max(int(dollars / TYPICAL_FILL + unit(key, 1)), 1), MOST_FILLS)
        shares = [exp(1.3 * normal(key, number, 2)) for number in range(count)]
        total = sum(shares)
        length = self.bucket_length(line)
        start = market.opens_ms + bucket * length
        fills = []
        for number, share in enumerate(shares):
            place = mix(key, number, 3)
            at_ms = start + int(unit(place, 1) * length)
            fills.append(
                Fill(at_ms, dollars * share / total, unit(place, 2) < 0.6, int(unit(place, 3) < 0.4), place)
            )
        return tuple(sorted(fills, key=lambda fill: fill.at_ms))

    def _dollars(self, line: EventLine, market: MarketListing, bucket: int) -> float:
        group, inside = divmod(bucket, BUCKETS_PER_GROUP)
        weights = self._shares_of(line, market, group)
        return self._group_dollars(line, market, group) * weights[inside]

    def _before(self, line: EventLine, market: MarketListing, bucket: int) -> float:
        group, inside = divmod(bucket, BUCKETS_PER_GROUP)
        if len(self._groups) > KEPT_BUCKETS:
            self._groups.clear()
        sums = self._groups.setdefault(int(market.id), [0.0])
        while len(sums) <= group:
            sums.append(sums[-1] + self._group_dollars(line, market, len(sums) - 1))
        weights = self._shares_of(line, market, group)
        return sums[group] + self._group_dollars(line, market, group) * sum(weights[:inside])

    def _group_dollars(self, line: EventLine, market: MarketListing, group: int) -> float:
        buckets = line.life / self.bucket_length(line)
        usual = self.popularity(line, market) * BUCKETS_PER_GROUP / buckets
        return usual * exp(0.6 * normal(line.key, int(market.id), group, 62) - 0.18)

    def _shares_of(self, line: EventLine, market: MarketListing, group: int) -> tuple[float, ...]:
        place = (int(market.id), group)
        known = self._weights.get(place)
        if known is None:
            if len(self._weights) > KEPT_BUCKETS:
                self._weights.clear()
            raw = [exp(0.8 * normal(line.key, *place, step, 63)) for step in range(BUCKETS_PER_GROUP)]
            total = sum(raw)
            known = self._weights[place] = tuple(weight / total for weight in raw)
        return known
