"""Compares orders, positions, lots and trades with what their fills add up to. Part of check_books.py; imports nothing of the product."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scripts.check_books_orders import ZERO, bookings_of, compare_order, endings, same
from scripts.check_books_positions import (
    PRICE,
    Event,
    Holding,
    Lot,
    Row,
    bookings,
    exact,
    lot_id,
    nearest,
    replay,
    text,
)
from scripts.check_books_undone import Place, compare_undone, place_of, undone_places, untouched

NOT_OFFERED = ("planned", "denied")


def compare_trades(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """A sentence per difference. `rows`: the rows of each table by the table's name."""
    booked = bookings(rows["ledger_entries"])
    undone = undone_places(rows)
    fills: dict[str, list[Row]] = defaultdict(list)
    failed: dict[str, list[Row]] = defaultdict(list)
    for fill in sorted(rows["order_fills"], key=lambda known: (known["filled_at"], known["index"])):
        (failed if fill["venue_status"] == "failed" else fills)[str(fill["order_id"])].append(fill)
    faults: list[str] = []
    events: list[Event] = []
    for order in rows["orders"]:
        mine = fills.get(str(order["id"]), [])
        found = list(bookings_of(order, mine, booked))
        if place_of(order) not in undone:
            events += found
        gone = failed.get(str(order["id"]), [])
        faults += compare_order(order, mine, booked, found, failed=gone, undone=place_of(order) in undone)
    plain = untouched(rows, undone)
    found_ends, wrong = endings(plain["positions"], rows["market_resolutions"], booked)
    holdings, impossible = replay([*events, *found_ends])
    faults += [*wrong, *impossible]
    faults += _compare_positions(holdings, plain["positions"], plain["orders"], fills)
    faults += _compare_lots(holdings, plain["position_lots"], plain["positions"])
    faults += _compare_entries(holdings, plain["strategy_trades"], plain["orders"], fills)
    faults += _compare_wallets(holdings, events, rows["strategy_wallets"], undone)
    faults += compare_undone(rows, undone, fills)
    return faults


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
            if not same(row[column], value):
                yield f"{name}: {column} is {text(row[column])}, recomputed {text(value)}"
        if row["close_reason"] != held.close_reason:
            yield f"{name}: closed as {row['close_reason']}, and it was {held.close_reason}"
        if (row["closed_at"] is not None) != (held.shares == 0):
            yield f"{name} has {text(held.shares)} shares and is {'closed' if row['closed_at'] else 'open'}"


def _lots(holdings: Sequence[Holding]) -> dict[str, tuple[Holding, Lot]]:
    return {lot_id(lot.order_id): (held, lot) for held in holdings for lot in held.lots.values()}


def _compare_lots(
    holdings: Sequence[Holding], rows: Sequence[Row], positions: Sequence[Row]
) -> Iterator[str]:
    wanted = _lots(holdings)
    places = {row["id"]: (str(row["strategy_id"]), row["token_id"], row["sequence"]) for row in positions}
    kept = {str(row["id"]): row for row in rows}
    for name in sorted(set(wanted) | set(kept)):
        row = kept.get(name)
        if row is None or name not in wanted:
            yield f"lot {name} is {'in the fills' if row is None else 'in the table'} only"
            continue
        held, lot = wanted[name]
        if places.get(row["position_id"]) != (held.strategy, held.token, held.sequence):
            yield f"lot {name} is in another position than number {held.sequence} of {held.token}"
        for column, value in {
            "shares": lot.shares,
            "cost_amount": lot.cost,
            "shares_left": lot.shares_left,
            "cost_left": lot.cost_left,
        }.items():
            if not same(row[column], value):
                yield f"lot {name}: {column} is {text(row[column])}, recomputed {text(value)}"


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
        lot, order = lots.get(str(trade["id"]), (None, None))[1], by_order.get(str(trade["entry_order_id"]))
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
            if not same(trade[column], value):
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
    holdings: Sequence[Holding], events: Sequence[Event], wallets: Sequence[Row], undone: Collection[Place]
) -> Iterator[str]:
    """What the fills say must be what the ledger said: cost held, profit made, fees paid."""
    sums: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(Fraction))
    for held in holdings:
        sums[held.strategy]["deployed_amount"] += held.cost
        sums[held.strategy]["realised_pnl"] += held.realised
    for event in events:
        sums[event.strategy]["fees_paid"] += event.fee
    disturbed = {strategy for strategy, _ in undone}
    for wallet in wallets:
        if str(wallet["strategy_id"]) in disturbed:
            continue
        wanted = sums[str(wallet["strategy_id"])]
        for column in ("deployed_amount", "realised_pnl", "fees_paid"):
            if not same(wallet[column], wanted[column]):
                yield (
                    f"wallet of strategy {wallet['strategy_id']}: {column} is {text(wallet[column])}, "
                    f"its trades say {text(wanted[column])}"
                )
