"""What the fills of each order moved, what ended without a sale, and whether orders say so. Part of check_books.py; imports nothing of the product."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import uuid5

from scripts.check_books_positions import (
    MONEY,
    NAMES,
    PRICE,
    Event,
    Row,
    cut,
    exact,
    fill_reference,
    nearest,
    raised,
    text,
)

ZERO = Fraction(0)
RESERVED = {
    "reserved": 1,
    "shortfall": 1,
    "bought": -1,
    "buy_fee": -1,
    "released": -1,
    "shortfall_reversed": -1,
    "bought_reversed": 1,
    "buy_fee_reversed": 1,
}
"""What kinds of moves put into `reserved` and take out of it."""


def bookings_of(
    order: Row, fills: Sequence[Row], booked: Mapping[str, tuple[int, dict[str, Fraction]]]
) -> Iterator[Event]:
    """One per booking: of a fill, or of all fills of an entry at once under the order's own id."""
    place = str(order["strategy_id"]), order["token_id"]
    entry = order["side"] == "BUY"
    rounded = raised if entry else cut
    together: list[tuple[Fraction, Fraction, Fraction]] = []
    for fill in fills:
        shares, price, fee = exact(fill["shares"]), exact(fill["price"]), exact(fill["fee"])
        gross = exact(rounded(shares * price, MONEY))
        known = booked.get(fill_reference(order["id"], fill["venue_trade_id"]))
        if known is None:
            together.append((shares, gross, fee))
        else:
            yield Event(
                known[0],
                fill["filled_at"],
                *place,
                str(order["id"]),
                "buy" if entry else "sell",
                shares,
                price,
                gross,
                fee,
                known[1],
            )
    at, kinds = booked.get(str(order["id"]), (0, {}))
    if together and entry and "bought" in kinds:
        shares, gross, fee = (sum(column, ZERO) for column in zip(*together, strict=True))
        yield Event(
            at,
            fills[0]["filled_at"],
            *place,
            str(order["id"]),
            "buy",
            shares,
            gross / shares,
            gross,
            fee,
            kinds,
        )


def endings(
    positions: Sequence[Row],
    resolutions: Sequence[Row],
    booked: Mapping[str, tuple[int, dict[str, Fraction]]],
) -> tuple[list[Event], list[str]]:
    """What became of shares that nobody sold: their market paid."""
    paid = {(row["market_id"], row["source"]): _payouts(row["payouts"]) for row in resolutions}
    events: list[Event] = []
    faults: list[str] = []
    for row in positions:
        price: Fraction | None
        for kind, words in (("resolved", "redemption"), ("written_off", "written-off")):
            known = booked.get(str(uuid5(NAMES, f"{words}|{row['id']}")))
            if known is None:
                continue
            price = ZERO
            if kind == "resolved":
                price = paid.get((row["market_id"], row["source"]), {}).get(row["token_id"])
            if price is None:
                faults.append(f"position {row['id']} was paid, and nothing says what its shares pay")
                continue
            place = str(row["strategy_id"]), row["token_id"]
            events.append(
                Event(known[0], row["updated_at"], *place, "", kind, ZERO, price, ZERO, ZERO, known[1])
            )
    return events, faults


def _payouts(stored: str | None) -> dict[str, Fraction]:
    return {token: Fraction(price) for token, price in json.loads(stored or "{}").items()}


def compare_order(
    order: Row,
    fills: Sequence[Row],
    booked: Mapping[str, tuple[int, dict[str, Fraction]]],
    found: Sequence[Event],
    *,
    failed: Sequence[Row] = (),
    undone: bool = False,
) -> Iterator[str]:
    """`found`: what is booked of its fills. `failed`: those that were taken back. `undone`: some in this outcome were."""
    shares_booked = sum((event.shares for event in found), ZERO)
    rounded = raised if order["side"] == "BUY" else cut
    shares = sum((exact(fill["shares"]) for fill in fills), ZERO)
    amount = sum((exact(rounded(exact(f["shares"]) * exact(f["price"]), MONEY)) for f in fills), ZERO)
    wanted = {
        "filled_shares": shares,
        "filled_amount": amount,
        "fee": sum((exact(fill["fee"]) for fill in fills), ZERO),
        "average_price": exact(nearest(amount / shares, PRICE)) if shares else None,
        "reserved_left": _reserved_left(order, [*fills, *failed], booked),
    }
    for name, value in wanted.items():
        if not same(order[name], value):
            yield f"order {order['id']}: {name} is {text(order[name])}, its fills say {text(value)}"
    if order["final_at"] is not None and shares_booked != shares:
        yield f"order {order['id']} is over with {text(shares)} shares, of which {text(shares_booked)} are booked"
    if order["side"] == "SELL" and not undone and shares > exact(order["shares"]):
        yield f"order {order['id']} sold {text(shares)} of {text(order['shares'])} shares"
    if order["final_at"] is not None and order["reserved_left"]:
        yield f"order {order['id']} is over and keeps {text(order['reserved_left'])}"


def _reserved_left(
    order: Row, fills: Sequence[Row], booked: Mapping[str, tuple[int, dict[str, Fraction]]]
) -> Fraction:
    """What the ledger still has in `reserved` for this order."""
    references = [str(order["id"])]
    references += [fill_reference(order["id"], fill["venue_trade_id"]) for fill in fills]
    if order["side"] == "SELL":
        return ZERO
    left = ZERO
    for reference in references:
        kinds = booked.get(reference, (0, {}))[1]
        left += sum((kinds.get(kind, ZERO) * sign for kind, sign in RESERVED.items()), ZERO)
    return left


def same(have: Decimal | None, want: Fraction | None) -> bool:
    return (have is None) == (want is None) and exact(have) == (want or ZERO)
