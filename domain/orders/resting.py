"""Where a paper order stands that rests at its limit price, and what the market gives it. Pure; docs/orders.md explains it.

The real book does not know the order, so every share that is given to it must have been there for the taking: a trade
that reached its place in the queue, or an offer that crossed its price. None is counted twice.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.money import Price, Shares
from domain.orders import rounding

QueueModel = Literal["queue", "trade_through"]
"""queue: who stood there before is served first. trade_through: only trades strictly through the price fill."""
ZERO = Shares(Decimal(0))
TRADES_REMEMBERED = 20


class Resting(BaseModel):
    """Stored with the order. Shares in all of it; prices of the order's own token."""

    model_config = ConfigDict(frozen=True)

    side: Literal["BUY", "SELL"]
    price: Price
    model: QueueModel
    left: Shares
    """Of the order, still to be filled."""
    ahead: Shares
    """Of others, at the same price, who came first."""
    since: datetime
    """Venue time of the book that it began to rest on: what was traded before is not for it."""
    seen_at: datetime
    """Venue time of the last book that counted. An older one, told late, would show offers that are gone."""
    taken: tuple[tuple[Price, Shares], ...] = ()
    """Of levels that cross the price and are still in the book: what was given to the order or to those ahead."""
    gone: Shares = ZERO
    """By how much the queue was shortened by books, and not by trades, up to `gone_at`: trades told later explain it."""
    gone_at: datetime | None = None
    trades: tuple[str, ...] = ()
    """The last trades that counted, so that one told twice counts once."""

    def stands_as(self, other: "Resting") -> bool:
        """Whether nothing differs but the moment of the last look."""
        return self.model_copy(update={"seen_at": other.seen_at}) == other

    def holds(self, price: Price) -> bool:
        """Whether trading at `price` is at the order's price or better for the other side."""
        return price <= self.price if self.side == "BUY" else price >= self.price


class Served(BaseModel):
    """How it stands afterwards, and how many shares were filled at the order's own price."""

    model_config = ConfigDict(frozen=True)

    resting: Resting
    filled: Shares = ZERO


def begin(
    book: LiveBook,
    *,
    side: Literal["BUY", "SELL"],
    price: Price,
    left: Shares,
    taken: tuple[tuple[Price, Shares], ...],
    model: QueueModel,
    since: datetime,
) -> Resting:
    """After it took `taken` from the arrival book, the rest queues behind all that is at its price."""
    return Resting(
        side=side,
        price=price,
        model=model,
        left=left,
        ahead=_size_at(book, side, price),
        since=since,
        seen_at=since,
        taken=taken,
    )


def after_trade(resting: Resting, trade: TradeSeen) -> Served:
    """A trade that hit the order's side of the book: first those ahead, then the order; through its price, at once."""
    through = resting.holds(trade.price) and trade.price != resting.price
    hit = trade.taker_side != resting.side
    counts = through and (hit or resting.model == "trade_through")
    at_price = trade.price == resting.price and hit and resting.model == "queue"
    if not (counts or at_price) or trade.traded_at <= resting.since or resting.left == 0:
        return Served(resting=resting)
    name = f"{trade.traded_at.isoformat()}|{trade.taker_side}|{trade.price}|{trade.shares}"
    if name in resting.trades:
        return Served(resting=resting)
    told = resting.model_copy(update={"trades": (*resting.trades, name)[-TRADES_REMEMBERED:]})
    if counts:
        return _fill(told.model_copy(update={"ahead": ZERO}), trade.shares)
    return _through_the_queue(told, trade)


def _through_the_queue(resting: Resting, trade: TradeSeen) -> Served:
    """A book may tell before the trade does that the queue is shorter: then the trade explains it, and eats no more."""
    told_before = resting.gone_at is not None and trade.traded_at <= resting.gone_at
    gone = resting.gone if told_before else ZERO
    known = min(gone, trade.shares)
    eaten = min(resting.ahead, trade.shares - known)
    queue = resting.model_copy(update={"gone": Shares(gone - known), "ahead": Shares(resting.ahead - eaten)})
    return _fill(queue, Shares(trade.shares - known - eaten))


def after_book(resting: Resting, book: LiveBook) -> Served:
    """Cancellations shorten the queue; what crosses the order's price serves those ahead, then the order."""
    when = book.venue_time or book.observed_at
    if resting.model == "trade_through" or resting.left == 0 or when is None or when < resting.seen_at:
        return Served(resting=resting)
    size = _size_at(book, resting.side, resting.price)
    change: dict[str, object] = {"seen_at": when}
    if size < resting.ahead:
        gone = Shares(resting.gone + resting.ahead - size)
        change |= {"ahead": size, "gone": gone, "gone_at": when}
    return _cross(resting.model_copy(update=change), book)


def _cross(resting: Resting, book: LiveBook) -> Served:
    known = dict(resting.taken)
    kept: list[tuple[Price, Shares]] = []
    ahead, filled = Decimal(resting.ahead), Decimal(0)
    for level in book.asks() if resting.side == "BUY" else book.bids():
        if not resting.holds(level.price):
            break
        used = min(known.get(level.price, ZERO), level.size)
        eaten = min(ahead, level.size - used)
        given = min(rounding.size(level.size - used - eaten), resting.left - filled)
        ahead -= eaten
        filled += given
        if used + eaten + given > 0:
            kept.append((level.price, Shares(used + eaten + given)))
    if filled == 0 and tuple(kept) == resting.taken and ahead == resting.ahead:
        return Served(resting=resting)
    update = {"taken": tuple(kept), "ahead": Shares(ahead), "left": Shares(resting.left - filled)}
    return Served(resting=resting.model_copy(update=update), filled=Shares(filled))


def _fill(resting: Resting, shares: Shares) -> Served:
    """Cut to the step of sizes: a fill costs whole millionths of a dollar at every tick there is."""
    filled = Shares(min(rounding.size(shares), resting.left))
    return Served(resting=resting.model_copy(update={"left": Shares(resting.left - filled)}), filled=filled)


def _size_at(book: LiveBook, side: Literal["BUY", "SELL"], price: Price) -> Shares:
    levels = book.bids() if side == "BUY" else book.asks()
    return next((level.size for level in levels if level.price == price), ZERO)
