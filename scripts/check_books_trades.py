"""Compares orders, positions, lots and trades with what their fills add up to. Part of check_books.py; imports nothing of the product."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from scripts.check_books_positions import (
    MONEY,
    NAMES,
    PRICE,
    Event,
    Holding,
    Lot,
    Row,
    bookings,
    cut,
    exact,
    fill_reference,
    nearest,
    raised,
    replay,
    text,
)

ZERO = Fraction(0)
NOT_OFFERED = ("planned", "denied")


def compare_trades(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """A sentence per difference. `rows`: the rows of each table by the table's name."""
    booked = bookings(rows["ledger_entries"])
    fills: dict[str, list[Row]] = defaultdict(list)
    for fill in sorted(rows["order_fills"], key=lambda known: (known["filled_at"], known["index"])):
        if fill["venue_status"] != "failed":
            fills[str(fill["order_id"])].append(fill)
    faults: list[str] = []
    events: list[Event] = []
    for order in rows["orders"]:
        mine = fills.get(str(order["id"]), [])
        found = list(_events(order, mine, booked))
        events += found
        faults += _compare_order(order, mine, booked, sum((event.shares for event in found), ZERO))
    found_ends, wrong = _ends(rows["positions"], rows["market_resolutions"], booked)
    holdings, impossible = replay([*events, *found_ends])
    faults += [*wrong, *impossible]
    faults += _compare_positions(holdings, rows["positions"], rows["orders"], fills)
    faults += _compare_lots(holdings, rows["position_lots"])
    faults += _compare_entries(holdings, rows["strategy_trades"], rows["orders"], fills)
    faults += _compare_wallets(holdings, events, rows["strategy_wallets"])
    return faults


def _events(
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
        yield Event(at, *place, str(order["id"]), "buy", shares, gross / shares, gross, fee, kinds)


def _ends(
    positions: Sequence[Row],
    resolutions: Sequence[Row],
    booked: Mapping[str, tuple[int, dict[str, Fraction]]],
) -> tuple[list[Event], list[str]]:
    """What became of shares that nobody sold: their market paid."""
    paid = {(row["market_id"], row["source"]): _payouts(row["payouts"]) for row in resolutions}
    events: list[Event] = []
    faults: list[str] = []
    for row in positions:
        known = booked.get(str(uuid5(NAMES, f"redemption|{row['id']}")))
        if known is None:
            continue
        price = paid.get((row["market_id"], row["source"]), {}).get(row["token_id"])
        if price is None:
            faults.append(f"position {row['id']} was paid, and nothing says what its shares pay")
            continue
        place = str(row["strategy_id"]), row["token_id"]
        events.append(Event(known[0], *place, None, "resolved", ZERO, price, ZERO, ZERO, known[1]))
    return events, faults


def _payouts(stored: str | None) -> dict[str, Fraction]:
    return {token: Fraction(price) for token, price in json.loads(stored or "{}").items()}


def _compare_order(
    order: Row,
    fills: Sequence[Row],
    booked: Mapping[str, tuple[int, dict[str, Fraction]]],
    shares_booked: Fraction,
) -> Iterator[str]:
    rounded = raised if order["side"] == "BUY" else cut
    shares = sum((exact(fill["shares"]) for fill in fills), ZERO)
    amount = sum((exact(rounded(exact(f["shares"]) * exact(f["price"]), MONEY)) for f in fills), ZERO)
    wanted = {
        "filled_shares": shares,
        "filled_amount": amount,
        "fee": sum((exact(fill["fee"]) for fill in fills), ZERO),
        "average_price": exact(nearest(amount / shares, PRICE)) if shares else None,
        "reserved_left": _reserved_left(order, fills, booked),
    }
    for name, value in wanted.items():
        if not _same(order[name], value):
            yield f"order {order['id']}: {name} is {text(order[name])}, its fills say {text(value)}"
    if order["final_at"] is not None and shares_booked != shares:
        yield f"order {order['id']} is over with {text(shares)} shares, of which {text(shares_booked)} are booked"
    if order["side"] == "SELL" and shares > exact(order["shares"]):
        yield f"order {order['id']} sold {text(shares)} of {text(order['shares'])} shares"
    if order["final_at"] is not None and order["reserved_left"]:
        yield f"order {order['id']} is over and keeps {text(order['reserved_left'])}"


def _reserved_left(
    order: Row, fills: Sequence[Row], booked: Mapping[str, tuple[int, dict[str, Fraction]]]
) -> Fraction:
    """What the ledger still has in `reserved` for this order."""
    references = [str(order["id"])]
    references += [fill_reference(order["id"], fill["venue_trade_id"]) for fill in fills]
    left = ZERO
    for reference in references:
        kinds = booked.get(reference, (0, {}))[1]
        into = kinds.get("reserved", ZERO) + (
            kinds.get("shortfall", ZERO) if order["side"] == "BUY" else ZERO
        )
        out = kinds.get("released", ZERO)
        if order["side"] == "BUY":
            out += kinds.get("bought", ZERO) + kinds.get("buy_fee", ZERO)
        left += into - out
    return left


def _same(have: Decimal | None, want: Fraction | None) -> bool:
    return (have is None) == (want is None) and exact(have) == (want or ZERO)


def _compare_positions(
    holdings: Sequence[Holding],
    positions: Sequence[Row],
    orders: Sequence[Row],
    fills: Mapping[str, Sequence[Row]],
) -> Iterator[str]:
    offered: dict[str, Fraction] = defaultdict(Fraction)
    for order in orders:
        if order["side"] == "SELL" and order["final_at"] is None and order["status"] not in NOT_OFFERED:
            sold = sum((exact(fill["shares"]) for fill in fills.get(str(order["id"]), ())), ZERO)
            offered[str(order["position_id"])] += exact(order["shares"]) - sold
    kept = {(str(row["strategy_id"]), row["token_id"], row["sequence"]): row for row in positions}
    wanted = {(held.strategy, held.token, held.sequence): held for held in holdings}
    for place in sorted(set(kept) | set(wanted)):
        row, held = kept.get(place), wanted.get(place)
        name = f"position {place[2]} of strategy {place[0]} in {place[1]}"
        if row is None or held is None:
            yield f"{name} is {'in the fills' if row is None else 'in the table'} only"
            continue
        numbers = {
            "shares": held.shares,
            "cost_amount": held.cost,
            "realised_pnl": held.realised,
            "offered_shares": offered.get(str(row["id"]), ZERO),
        }
        for column, value in numbers.items():
            if not _same(row[column], value):
                yield f"{name}: {column} is {text(row[column])}, recomputed {text(value)}"
        if row["close_reason"] not in (None, held.close_reason):
            yield f"{name}: closed as {row['close_reason']}, and it was {held.close_reason}"
        if (row["closed_at"] is not None) != (held.shares == 0):
            yield f"{name} has {text(held.shares)} shares and is {'closed' if row['closed_at'] else 'open'}"


def _lots(holdings: Sequence[Holding]) -> dict[str, Lot]:
    """By trade id: a lot has the id of its trade."""
    return {
        str(uuid5(NAMES, f"trade|{UUID(lot.order_id)}")): lot
        for held in holdings
        for lot in held.lots.values()
    }


def _compare_lots(holdings: Sequence[Holding], rows: Sequence[Row]) -> Iterator[str]:
    wanted = _lots(holdings)
    kept = {str(row["id"]): row for row in rows}
    for lot_id in sorted(set(wanted) | set(kept)):
        row, lot = kept.get(lot_id), wanted.get(lot_id)
        if row is None or lot is None:
            yield f"lot {lot_id} is {'in the fills' if row is None else 'in the table'} only"
            continue
        for column, value in {
            "shares": lot.shares,
            "cost_amount": lot.cost,
            "shares_left": lot.shares_left,
            "cost_left": lot.cost_left,
        }.items():
            if not _same(row[column], value):
                yield f"lot {lot_id}: {column} is {text(row[column])}, recomputed {text(value)}"


def _compare_entries(
    holdings: Sequence[Holding],
    trades: Sequence[Row],
    orders: Sequence[Row],
    fills: Mapping[str, Sequence[Row]],
) -> Iterator[str]:
    lots = _lots(holdings)
    by_order = {str(order["id"]): order for order in orders}
    seen: set[str] = set()
    for trade in trades:
        seen.add(str(trade["entry_order_id"]))
        lot, order = lots.get(str(trade["id"])), by_order.get(str(trade["entry_order_id"]))
        name = f"trade {trade['id']}"
        if order is None:
            yield f"{name} has no order"
            continue
        mine = fills.get(str(order["id"]), ()) if lot is not None else ()
        paid = sum((exact(fill["fee"]) for fill in mine), ZERO)
        shares, cost = (lot.shares, lot.cost) if lot is not None else (ZERO, ZERO)
        wanted: dict[str, Fraction | None] = {
            "shares": shares,
            "cost": cost,
            "fee": paid,
            "entry_price": exact(nearest((cost - paid) / shares, PRICE)) if lot is not None else None,
            "exit_price": lot.exit_price if lot is not None else None,
            "pnl": lot.pnl if lot is not None else None,
        }
        for column, value in wanted.items():
            if not _same(trade[column], value):
                yield f"{name}: {column} is {text(trade[column])}, recomputed {text(value)}"
        yield from _compare_status(name, trade, order, lot)
    for order_id in sorted(set(by_order) - seen):
        order = by_order[order_id]
        if order["side"] == "BUY" and (order["reserved_amount"] or fills.get(order_id)):
            yield f"order {order_id} set money aside and has no trade"


def _compare_status(name: str, trade: Row, order: Row, lot: Lot | None) -> Iterator[str]:
    final = order["final_at"] is not None
    if lot is None:
        allowed = {"cancelled"} if final else {"pending"}
    elif lot.shares_left == 0 and final:
        allowed = {"settled"}
    else:
        allowed = {"filled", "partial"} if final else {"pending", "partial", "filled"}
    if trade["status"] not in allowed:
        yield f"{name} is {trade['status']}, and should be {' or '.join(sorted(allowed))}"
    if (trade["closed_at"] is not None) != (trade["status"] in ("settled", "cancelled")):
        yield f"{name} is {trade['status']} and {'closed' if trade['closed_at'] else 'open'}"


def _compare_wallets(
    holdings: Sequence[Holding], events: Sequence[Event], wallets: Sequence[Row]
) -> Iterator[str]:
    """What the fills say must be what the ledger said: cost held, profit made, fees paid."""
    sums: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(Fraction))
    for held in holdings:
        sums[held.strategy]["deployed_amount"] += held.cost
        sums[held.strategy]["realised_pnl"] += held.realised
    for event in events:
        sums[event.strategy]["fees_paid"] += event.fee
    for wallet in wallets:
        wanted = sums[str(wallet["strategy_id"])]
        for column in ("deployed_amount", "realised_pnl", "fees_paid"):
            if not _same(wallet[column], wanted[column]):
                yield (
                    f"wallet of strategy {wallet['strategy_id']}: {column} is {text(wallet[column])}, "
                    f"its trades say {text(wanted[column])}"
                )
