"""What fills and the ends of markets say every position, lot and trade must be. Part of check_books.py; imports nothing of the product."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

Row = Mapping[str, Any]
NAMES = UUID("5b0a3e52-61c1-5ae1-9c0e-cacade1a0001")
"""Under it a fill has its reference in the ledger: uuid5 of `fill|<order>|<trade id of the venue>`."""
MONEY, PRICE = 6, 8
"""Decimals."""
ENDS = ("resolved", "written_off")
LEFT = {"sell": "sold", "resolved": "resolved"}
"""Kind of the move in which cost comes back, by what happened."""


def cut(number: Fraction, digits: int) -> Decimal:
    return _decimal(number.numerator * 10**digits // number.denominator, digits)


def raised(number: Fraction, digits: int) -> Decimal:
    return _decimal(-(-number.numerator * 10**digits // number.denominator), digits)


def nearest(number: Fraction, digits: int) -> Decimal:
    """Half up, as the database rounds what has more decimals than its column."""
    return cut(number + Fraction(1, 2 * 10**digits), digits)


def _decimal(units: int, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return Decimal(units).scaleb(-digits)


def exact(number: Decimal | None) -> Fraction:
    return Fraction(number or 0)


@dataclass
class Lot:
    """What one entry order brought. `born`: when its first fill was booked, and its id; lots are sold in that order."""

    order_id: str
    born: tuple[datetime, str]
    shares: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)
    shares_left: Fraction = Fraction(0)
    cost_left: Fraction = Fraction(0)
    exit_price: Fraction | None = None
    pnl: Fraction | None = None

    def take(self, shares: Fraction) -> Fraction:
        """Cost of shares that leave: cut to six decimals, the last share takes what is left."""
        whole = shares == self.shares_left
        cost = self.cost_left if whole else exact(cut(self.cost_left * shares / self.shares_left, MONEY))
        self.shares_left -= shares
        self.cost_left -= cost
        return cost

    def exited(self, shares: Fraction, price: Fraction, pnl: Fraction) -> None:
        """The average so far is cut to eight decimals at each exit."""
        out = self.shares - self.shares_left
        total = (self.exit_price or Fraction(0)) * (out - shares) + price * shares
        self.exit_price = exact(cut(total / out, PRICE))
        self.pnl = (self.pnl or Fraction(0)) + pnl


@dataclass
class Holding:
    """One outcome held by one strategy, from the first share to the last."""

    strategy: str
    token: str
    sequence: int
    lots: dict[str, Lot] = field(default_factory=dict)
    realised: Fraction = Fraction(0)
    close_reason: str | None = None

    @property
    def shares(self) -> Fraction:
        return sum((lot.shares_left for lot in self.lots.values()), Fraction(0))

    @property
    def cost(self) -> Fraction:
        return sum((lot.cost_left for lot in self.lots.values()), Fraction(0))

    def buy(self, lot: Lot, shares: Fraction, cost: Fraction) -> None:
        self.lots[lot.order_id] = lot
        lot.shares += shares
        lot.shares_left += shares
        lot.cost += cost
        lot.cost_left += cost

    def leave(self, shares: Fraction, price: Fraction, net: Fraction) -> Fraction | None:
        """Oldest first; the proceeds are divided by shares, what rounding leaves goes to the last. None: not so many held."""
        parts: list[tuple[Lot, Fraction, Fraction]] = []
        left = shares
        for lot in sorted(self.lots.values(), key=lambda known: known.born):
            taken = min(left, lot.shares_left)
            if taken > 0:
                parts.append((lot, taken, lot.take(taken)))
                left -= taken
        if left > 0 or not parts:
            return None
        given, total_cost = Fraction(0), Fraction(0)
        for index, (lot, taken, cost) in enumerate(parts):
            last = index + 1 == len(parts)
            share = net - given if last else exact(cut(net * taken / shares, MONEY))
            given += share
            total_cost += cost
            lot.exited(taken, price, share - cost)
        self.realised += net - total_cost
        return total_cost


@dataclass(frozen=True)
class Event:
    """One booking that moved shares. `at`: the first ledger entry of it."""

    at: int
    when: datetime
    strategy: str
    token: str
    order: str
    """"" for the ends."""
    kind: str
    """buy, sell, or the ends of what is still held then: resolved, written_off."""
    shares: Fraction
    """0 for the ends."""
    price: Fraction
    gross: Fraction
    """BUY: price × shares rounded up; SELL: rounded down; 0 for the ends."""
    fee: Fraction
    booked: Mapping[str, Fraction]
    """Amounts of the ledger's moves under the booking's reference, by kind."""


def replay(events: Iterable[Event]) -> tuple[list[Holding], list[str]]:
    """Every position there must have been, in order, and what cannot have happened."""
    holdings: dict[tuple[str, str], list[Holding]] = defaultdict(list)
    lots: dict[str, Lot] = {}
    faults: list[str] = []
    for event in sorted(events, key=lambda known: known.at):
        mine = holdings[event.strategy, event.token]
        held = mine[-1] if mine and mine[-1].shares > 0 else None
        if event.kind != "buy":
            faults += _leave(held, event)
            continue
        if held is None:
            held = Holding(event.strategy, event.token, len(mine) + 1)
            mine.append(held)
        lot = lots.setdefault(event.order, Lot(event.order, (event.when, lot_id(event.order))))
        for older in mine[:-1]:
            # What it brought before was sold and that position closed: the rest comes into the new one.
            older.lots.pop(event.order, None)
        held.buy(lot, event.shares, event.gross + event.fee)
        faults += _booked_as(event, {"bought": event.gross, "buy_fee": event.fee})
    return [held for mine in holdings.values() for held in mine], faults


def _leave(held: Holding | None, event: Event) -> list[str]:
    shares, gross = event.shares, event.gross
    if held is not None and event.kind in ENDS:
        shares = held.shares
        gross = exact(cut(shares * event.price, MONEY))
    cost = held.leave(shares, event.price, gross - event.fee) if held is not None else None
    if held is None or cost is None:
        return [f"strategy {event.strategy} gave {text(shares)} of {event.token} that it did not hold"]
    if held.shares == 0:
        held.close_reason = "sold" if event.kind == "sell" else event.kind
    if event.kind == "written_off":
        return _booked_as(event, {"written_off": cost})
    returned = min(cost, gross)
    wanted = {LEFT[event.kind]: returned, "gain": gross - returned, "loss": cost - returned}
    return _booked_as(event, {**wanted, "sale_fee": event.fee})


def _booked_as(event: Event, wanted: Mapping[str, Fraction]) -> list[str]:
    return [
        f"{event.kind} of {event.order or event.token}: {kind} of {text(amount)} is booked as {text(event.booked.get(kind, Fraction(0)))}"
        for kind, amount in wanted.items()
        if event.booked.get(kind, Fraction(0)) != amount
    ]


def text(number: Fraction | Decimal | None) -> str:
    if number is None:
        return "nothing"
    return format(cut(Fraction(number), 12).normalize(), "f")


def bookings(entries: Sequence[Row]) -> dict[str, tuple[int, dict[str, Fraction]]]:
    """Of each reference: its first entry, and the amount of each kind of move."""
    found: dict[str, tuple[int, dict[str, Fraction]]] = {}
    for entry in entries:
        if entry["side"] == "credit":
            _first, kinds = found.setdefault(str(entry["reference_id"]), (entry["id"], {}))
            kinds[entry["kind"]] = kinds.get(entry["kind"], Fraction(0)) + exact(entry["amount"])
    return found


def lot_id(order: str) -> str:
    """A lot has the id of its order's trade."""
    return str(uuid5(NAMES, f"trade|{order}"))


def fill_reference(order: object, venue_trade: str) -> str:
    return str(uuid5(NAMES, f"fill|{order}|{venue_trade}"))
