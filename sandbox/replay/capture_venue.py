"""A recorded capture as a venue: every book is a recorded snapshot, moved in time and otherwise untouched."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import orjson

from sandbox.clock import DAY, HOUR, SECOND
from sandbox.listing import EventListing, FeeTerms, MarketListing, Tag
from sandbox.replay.capture_files import Capture, CapturedMarket, TokenRecord, read_capture
from sandbox.seeded import hex_digits, text_key
from sandbox.venue import Book, Holding, MarketFigures, MarketState, Trade, VenueRefusal

GAP_BETWEEN_LOOPS = SECOND
LOOP_ID_STEP = 1_000_000_000_000
FINE = Decimal("0.001")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Loop:
    """One pass through the capture: wire time = recorded time + `shift`."""

    number: int
    shift: int
    events: tuple[EventListing, ...]
    markets: tuple[MarketListing, ...]
    by_token: dict[str, tuple[MarketListing, TokenRecord]]
    payouts: dict[str, tuple[Decimal, Decimal] | None]
    volumes: dict[str, Decimal]


def open_capture(folder: Path, start_ms: int, repeat: bool) -> "CaptureVenue":
    """Raises sandbox.replay.capture_files.BadCapture."""
    return CaptureVenue(read_capture(folder), start_ms, repeat)


class CaptureVenue:
    """Implements sandbox.venue.Venue. The first snapshot is shown at `start_ms`; with `repeat` it begins again at the end."""

    def __init__(self, capture: Capture, start_ms: int, repeat: bool) -> None:
        self._capture = capture
        self._start = start_ms
        self._repeat = repeat
        self._span = capture.last_ms - capture.first_ms + GAP_BETWEEN_LOOPS
        slugs = {slug for market in capture.markets for slug in (market.category, *market.tags)}
        self._tags = {
            slug: Tag(100 + place, slug.replace("-", " ").title(), slug)
            for place, slug in enumerate(sorted(slugs))
        }
        self._loop = lru_cache(maxsize=4)(self._make_loop)

    def loop_at(self, at_ms: int) -> Loop:
        number = max(at_ms - self._start, 0) // self._span if self._repeat else 0
        return self._loop(number)

    def _loops(self, at_ms: int) -> tuple[Loop, ...]:
        """This pass and the one before, whose markets are closed but still known."""
        now = self.loop_at(at_ms)
        return (now, self._loop(now.number - 1)) if now.number else (now,)

    def _make_loop(self, number: int) -> Loop:
        shift = self._start - self._capture.first_ms + number * self._span
        events: dict[str, list[CapturedMarket]] = {}
        for market in self._capture.markets:
            events.setdefault(market.event_id, []).append(market)
        made = tuple(self._event(members, number, shift) for members in events.values())
        markets = tuple(market for event in made for market in event.markets)
        sources = [source for members in events.values() for source in members]
        by_token = {
            token: (market, self._capture.tokens[recorded])
            for market, source in zip(markets, sources, strict=True)
            for token, recorded in zip(market.token_ids, source.token_ids, strict=True)
        }
        payouts = {market.id: source.payouts for market, source in zip(markets, sources, strict=True)}
        volumes = {market.id: source.volume for market, source in zip(markets, sources, strict=True)}
        return Loop(number, shift, made, markets, by_token, payouts, volumes)

    def _event(self, members: list[CapturedMarket], number: int, shift: int) -> EventListing:
        markets = tuple(self._market(source, index, number, shift) for index, source in enumerate(members))
        first = members[0]
        return EventListing(
            id=markets[0].event_id, slug=markets[0].event_slug, title=first.event_title, description=first.description,
            category=first.category, tags=markets[0].tags, opens_ms=min(market.opens_ms for market in markets),
            ends_ms=max(market.ends_ms for market in markets), closes_ms=max(market.closes_ms for market in markets),
            neg_risk=first.neg_risk, neg_risk_id=first.neg_risk_id, markets=markets,
        )  # fmt: skip

    def _market(self, source: CapturedMarket, index: int, number: int, shift: int) -> MarketListing:
        """In later passes everything gets new ids: number of the pass added to token and condition ids."""
        suffix = f"-replay-{number}" if number else ""
        condition = format(int(source.condition_id, 16) + number, "064x")
        return MarketListing(
            id=str(int(source.id) + number * LOOP_ID_STEP), slug=source.slug + suffix, question=source.question,
            description=source.description, group_title="", category=source.category,
            tags=tuple(self._tags[slug] for slug in dict.fromkeys((source.category, *source.tags))),
            event_id=str(int(source.event_id) + number * LOOP_ID_STEP), event_slug=source.event_slug + suffix,
            event_title=source.event_title, index=index, condition_id="0x" + condition,
            question_id="0x" + hex_digits(64, text_key(source.condition_id), number), outcomes=source.outcomes,
            token_ids=(str(int(source.token_ids[0]) + number), str(int(source.token_ids[1]) + number)),
            opens_ms=source.opens_ms + shift, ends_ms=source.ends_ms + shift, closes_ms=source.closes_ms + shift,
            neg_risk=source.neg_risk, neg_risk_id=source.neg_risk_id, tick=source.tick, min_size=source.min_size,
            fees=FeeTerms(source.fees.kind, source.fees.rate, source.fees.rebate_rate, source.fees.exponent),
            native_resolution=True,
        )  # fmt: skip

    def tags(self) -> Sequence[Tag]:
        return tuple(self._tags.values())

    def markets(self, at_ms: int) -> Sequence[MarketListing]:
        return [market for loop in self._loops(at_ms) for market in loop.markets if market.opens_ms <= at_ms]

    def events(self, at_ms: int) -> Sequence[EventListing]:
        return [event for loop in self._loops(at_ms) for event in loop.events if event.opens_ms <= at_ms]

    def market_by_id(self, market_id: str, at_ms: int) -> MarketListing | None:
        return next((market for market in self.markets(at_ms) if market.id == market_id), None)

    def market_by_slug(self, slug: str, at_ms: int) -> MarketListing | None:
        return next((market for market in self.markets(at_ms) if market.slug == slug), None)

    def market_by_token(self, token_id: str, at_ms: int) -> MarketListing | None:
        found = self._record(token_id, at_ms)
        return found[1] if found else None

    def market_by_condition(self, condition_id: str, at_ms: int) -> MarketListing | None:
        wanted = condition_id.lower()
        return next((market for market in self.markets(at_ms) if market.condition_id == wanted), None)

    def event_by_id(self, event_id: str, at_ms: int) -> EventListing | None:
        return next((event for event in self.events(at_ms) if event.id == event_id), None)

    def event_by_slug(self, slug: str, at_ms: int) -> EventListing | None:
        return next((event for event in self.events(at_ms) if event.slug == slug), None)

    def _record(self, token_id: str, at_ms: int) -> tuple[Loop, MarketListing, TokenRecord] | None:
        for loop in self._loops(at_ms):
            found = loop.by_token.get(token_id)
            if found is not None and found[0].opens_ms <= at_ms:
                return loop, *found
        return None

    def _payouts(self, market: MarketListing, at_ms: int) -> tuple[Decimal, Decimal] | None:
        return next(
            (loop.payouts[market.id] for loop in self._loops(at_ms) if market.id in loop.payouts), None
        )

    def state(self, market: MarketListing, at_ms: int) -> MarketState:
        if at_ms < market.closes_ms:
            return MarketState(False, at_ms < market.ends_ms, "none", None, None)
        payouts = self._payouts(market, at_ms)
        return MarketState(True, False, "resolved" if payouts else "none", market.closes_ms, payouts)

    def changed_at(self, market: MarketListing, at_ms: int) -> int:
        moments = [market.opens_ms]
        for token in market.token_ids:
            found = self._record(token, at_ms)
            place = _place(found[2], at_ms - found[0].shift) if found else None
            if found and place is not None:
                moments.append(found[2].moments[place] + found[0].shift)
        return max(moments)

    def book(self, token_id: str, at_ms: int) -> Book | None:
        found = self._record(token_id, at_ms)
        if found is None or self.state(found[1], at_ms).closed:
            return None
        loop, market, record = found
        place = _place(record, at_ms - loop.shift)
        return None if place is None else _book(market, token_id, record, place, loop.shift)

    def midpoints(self, token_id: str, moments: Sequence[int], at_ms: int) -> list[tuple[int, Decimal]]:
        found = self._record(token_id, at_ms)
        if found is None:
            return []
        loop, market, record = found
        points: list[tuple[int, Decimal]] = []
        for moment in moments:
            place = _place(record, moment - loop.shift) if moment <= min(at_ms, market.closes_ms) else None
            price = record.midpoints[place] if place is not None else None
            if price is not None:
                points.append((moment, price))
        return points

    def last_trade(self, token_id: str, at_ms: int) -> Trade | None:
        """The format records books only."""
        return None

    def trades(
        self, market: MarketListing, after_ms: int, until_ms: int, min_cash: Decimal = ZERO
    ) -> Sequence[Trade]:
        return ()

    def holdings(self, market: MarketListing, at_ms: int) -> Sequence[Holding]:
        return ()

    def figures(self, market: MarketListing, at_ms: int) -> MarketFigures:
        first, second = (self.book(token, at_ms) for token in market.token_ids)
        prices = self.state(market, at_ms).payouts or self._prices(market, first, second, at_ms)
        past = [
            self._price_then(market, at_ms, max(at_ms - span, market.opens_ms))
            for span in (HOUR, DAY, 7 * DAY, 30 * DAY)
        ]
        changes = [ZERO if then is None else prices[0] - then for then in past]
        volume = self.loop_at(at_ms).volumes.get(market.id, ZERO)
        return MarketFigures(
            prices=prices, best_bid=first.best_bid if first else None, best_ask=first.best_ask if first else None,
            last_trade=None, changes=(changes[0], changes[1], changes[2], changes[3]), volume=volume, volume_24h=volume,
            volume_week=volume, volume_month=volume, liquidity=_resting(first) + _resting(second),
            tick=first.tick if first else market.tick,
        )  # fmt: skip

    def _price_then(self, market: MarketListing, at_ms: int, moment: int) -> Decimal | None:
        points = self.midpoints(market.token_ids[0], [moment], at_ms)
        return points[0][1] if points else None

    def _prices(
        self, market: MarketListing, first: Book | None, second: Book | None, at_ms: int
    ) -> tuple[Decimal, Decimal]:
        own, other = _shown_price(first), _shown_price(second)
        if own is None and other is None:
            known = self._price_then(market, at_ms, min(at_ms, market.closes_ms) - 1) or Decimal("0.5")
            return known, 1 - known
        if own is None or other is None:
            return (own, 1 - own) if own is not None else (1 - (other or ZERO), other or ZERO)
        return own, other

    def propose(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        raise VenueRefusal("a capture is replayed as it was recorded")

    def dispute(self, market: MarketListing, at_ms: int) -> None:
        raise VenueRefusal("a capture is replayed as it was recorded")

    def resolve(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        raise VenueRefusal("a capture is replayed as it was recorded")

    def force_price(self, market: MarketListing, price: Decimal, at_ms: int) -> None:
        raise VenueRefusal("a capture is replayed as it was recorded")

    def description(self, at_ms: int) -> dict[str, object]:
        loop = self.loop_at(at_ms)
        closed = sum(self.state(market, at_ms).closed for market in loop.markets)
        return {
            "source": "capture", "capture": self._capture.manifest.name, "loop": loop.number, "repeats": self._repeat,
            "shift_ms": loop.shift, "recorded_from_ms": self._capture.first_ms, "recorded_to_ms": self._capture.last_ms,
            "recorded_now_ms": at_ms - loop.shift, "markets": len(loop.markets), "closed_markets": closed,
        }  # fmt: skip


def _place(record: TokenRecord, recorded_ms: int) -> int | None:
    """Index of the newest snapshot at or before that moment."""
    place = bisect_right(record.moments, recorded_ms) - 1
    return place if place >= 0 else None


def _book(market: MarketListing, token_id: str, record: TokenRecord, place: int, shift: int) -> Book:
    row = orjson.loads(record.lines[place])
    bids = tuple((price, size) for price, size in reversed(row["bids"]))
    asks = tuple((price, size) for price, size in reversed(row["asks"]))
    fine = any(len(price.partition(".")[2]) > 2 for price, _ in (*bids, *asks))
    tick = min(market.tick, FINE) if fine else market.tick
    return Book(market, token_id, record.moments[place] + shift, bids, asks, tick, "")


def _shown_price(book: Book | None) -> Decimal | None:
    if book is None:
        return None
    return book.midpoint or book.best_bid or book.best_ask


def _resting(book: Book | None) -> Decimal:
    return sum((Decimal(price) * Decimal(size) for price, size in book.bids), ZERO) if book else ZERO
