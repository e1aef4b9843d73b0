"""What happened to prices while nobody looked: only for peaks; what can be sold is asked of the book of now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.price_checks import Found
from activities.watch_parts import VENUE_AWAY, WatchParts, log
from domain.market.order_book import OrderBook
from domain.market.price_history import PriceHistory
from domain.money import Price
from domain.portfolio.watched_exits import WatchedExits

SHORTEST = timedelta(seconds=10)
"""The history of prices is one of minutes; the book of now says as much about less."""
SETTLED = timedelta(seconds=90)
"""The last minute is in the history only later: every gap is looked at once more after this."""
BOOK_AGE = timedelta(seconds=5)


@dataclass(frozen=True)
class Gap:
    tokens: frozenset[str]
    since: datetime
    until: datetime
    look_at: datetime
    last_look: bool = False


class PriceGaps:
    def __init__(self, parts: WatchParts, exits: WatchedExits, found: Found) -> None:
        self._parts = parts
        self._exits = exits
        self._found = found
        self._gaps: list[Gap] = []

    def note(self, tokens: Collection[str], since: datetime, until: datetime) -> None:
        """Nothing was known between the two."""
        if until - since >= SHORTEST:
            self._gaps.append(Gap(frozenset(tokens), since, until, until))

    async def look(self) -> None:
        now = self._parts.clock()
        due = [gap for gap in self._gaps if gap.look_at <= now]
        for gap in due:
            tokens = [token for token in gap.tokens if self._exits.peaks_matter(token)]
            try:
                await self._fill(tokens, gap, now)
            except VENUE_AWAY as error:
                log.warning("price history could not be read", error=str(error)[:200])
                continue
            self._gaps.remove(gap)
            if not gap.last_look:
                self._gaps.append(Gap(gap.tokens, gap.since, gap.until, now + SETTLED, last_look=True))

    async def _fill(self, tokens: list[str], gap: Gap, now: datetime) -> None:
        if not tokens:
            return
        books = await self._parts.markets.books(tokens, BOOK_AGE)
        histories = await self._parts.markets.price_histories(tokens, now - gap.since + timedelta(minutes=2))
        for token, answer in histories.items():
            best = best_bid_of_gap(answer.history, books[token].book, gap)
            if best is not None:
                self._exits.heard_of(token, *best)
                self._found(self._exits.look_again(token, now))


def best_bid_of_gap(history: PriceHistory, book: OrderBook | None, gap: Gap) -> tuple[Price, datetime] | None:
    """The highest best bid there may have been, and when. The history knows prices in the middle: the bid is taken to have
    been as far below them as it is now, so that a peak is rather too low than too high."""
    inside = [point for point in history.points if gap.since <= point.at <= gap.until]
    if not inside or book is None or book.best_bid is None or book.midpoint is None:
        return None
    top = max(inside, key=lambda point: point.price)
    bid = top.price - (book.midpoint - book.best_bid)
    return (Price(bid), top.at) if bid > 0 else None
