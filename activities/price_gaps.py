"""What happened to prices while nobody looked: only for peaks; what can be sold is asked of the book of now."""

from dataclasses import dataclass, replace
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
    token: str
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

    def note(self, token: str, since: datetime, until: datetime) -> None:
        """Nothing was known between the two; what is short is passed over."""
        if until - since >= SHORTEST and self._exits.peaks_matter(token):
            self._gaps.append(Gap(token, since, until, until))

    async def look(self) -> None:
        """All that is due in one go; a venue that does not answer is asked again the next time."""
        now = self._parts.clock()
        due = [gap for gap in self._gaps if gap.look_at <= now]
        if not due:
            return
        try:
            await self._fill(due, now)
        except VENUE_AWAY as error:
            log.warning("price history could not be read", error=str(error)[:200])
            return
        self._gaps = [gap for gap in self._gaps if gap not in due]
        self._gaps += [
            replace(gap, look_at=now + SETTLED, last_look=True) for gap in due if not gap.last_look
        ]

    async def _fill(self, gaps: list[Gap], now: datetime) -> None:
        tokens = sorted({gap.token for gap in gaps if self._exits.peaks_matter(gap.token)})
        if not tokens:
            return
        lookback = now - min(gap.since for gap in gaps) + timedelta(minutes=2)
        books = await self._parts.markets.books(tokens, BOOK_AGE)
        histories = await self._parts.markets.price_histories(tokens, lookback)
        for gap in gaps:
            answer, book = histories.get(gap.token), books.get(gap.token)
            best = best_bid_of_gap(answer.history, book.book, gap) if answer and book else None
            if best is not None:
                self._exits.heard_of(gap.token, *best)
                self._found(self._exits.look_again(gap.token, now))


def best_bid_of_gap(history: PriceHistory, book: OrderBook | None, gap: Gap) -> tuple[Price, datetime] | None:
    """The highest best bid there may have been, and when. The history knows prices in the middle: the bid is taken to have
    been as far below them as it is now, so that a peak is rather too low than too high."""
    inside = [point for point in history.points if gap.since <= point.at <= gap.until]
    if not inside or book is None or book.best_bid is None or book.midpoint is None:
        return None
    top = max(inside, key=lambda point: point.price)
    bid = top.price - (book.midpoint - book.best_bid)
    return (Price(bid), top.at) if bid > 0 else None
