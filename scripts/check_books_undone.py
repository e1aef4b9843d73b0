"""Outcomes in which a fill was taken back by the chain. Part of check_books.py; imports nothing of the product.

Which lots a sale would have taken without the fill that failed cannot be told afterwards; here the sums must agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from uuid import uuid5

from scripts.check_books_orders import ZERO, same
from scripts.check_books_positions import NAMES, PRICE, Row, exact, nearest, text

Place = tuple[str, str]
"""Strategy and token."""


def place_of(row: Row) -> Place:
    return str(row["strategy_id"]), row["token_id"]


def undone_places(rows: Mapping[str, Sequence[Row]]) -> set[Place]:
    """Where any fill failed."""
    failed = {fill["order_id"] for fill in rows["order_fills"] if fill["venue_status"] == "failed"}
    return {place_of(order) for order in rows["orders"] if order["id"] in failed}


def untouched(rows: Mapping[str, Sequence[Row]], undone: Collection[Place]) -> dict[str, list[Row]]:
    """Positions, lots, trades and orders of all other places."""
    tables = ("positions", "strategy_trades", "orders")
    kept = {table: [row for row in rows[table] if place_of(row) not in undone] for table in tables}
    positions = {row["id"] for row in kept["positions"]}
    kept["position_lots"] = [row for row in rows["position_lots"] if row["position_id"] in positions]
    return kept


def compare_undone(
    rows: Mapping[str, Sequence[Row]], undone: Collection[Place], fills: Mapping[str, Sequence[Row]]
) -> Iterator[str]:
    """`fills`: of each order, those that did not fail."""
    orders = {str(order["id"]): order for order in rows["orders"]}
    yield from _positions(rows)
    for trade in rows["strategy_trades"]:
        if place_of(trade) not in undone:
            continue
        order = orders[str(trade["entry_order_id"])]
        mine = fills.get(str(order["id"]), ())
        shares = sum((exact(fill["shares"]) for fill in mine), ZERO)
        fee = sum((exact(fill["fee"]) for fill in mine), ZERO)
        amount = exact(order["filled_amount"])
        wanted: dict[str, Fraction | None] = {"shares": shares, "fee": fee, "cost": amount + fee}
        wanted["entry_price"] = exact(nearest(amount / shares, PRICE)) if shares else None
        for column, value in wanted.items():
            if not same(trade[column], value):
                yield f"trade {trade['id']}: {column} is {text(trade[column])}, its fills say {text(value)}"
    yield from _conserved(rows, undone, fills)


def _positions(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Everywhere: a position is the sum of its lots, and a strategy's deployed capital that of its positions."""
    sums: dict[object, list[Fraction]] = defaultdict(lambda: [ZERO, ZERO])
    for lot in rows["position_lots"]:
        sums[lot["position_id"]][0] += exact(lot["shares_left"])
        sums[lot["position_id"]][1] += exact(lot["cost_left"])
    deployed: dict[object, Fraction] = defaultdict(Fraction)
    for row in rows["positions"]:
        deployed[row["strategy_id"]] += exact(row["cost_amount"])
        if [exact(row["shares"]), exact(row["cost_amount"])] != sums[row["id"]]:
            yield f"position {row['id']} is not the sum of its lots"
        if not 0 <= row["offered_shares"] <= row["shares"]:
            yield f"position {row['id']} offers {text(row['offered_shares'])} of {text(row['shares'])} shares"
    for wallet in rows["strategy_wallets"]:
        if exact(wallet["deployed_amount"]) != deployed[wallet["strategy_id"]]:
            yield (
                f"wallet of strategy {wallet['strategy_id']}: deployed is {text(wallet['deployed_amount'])}, "
                f"its positions cost {text(deployed[wallet['strategy_id']])}"
            )


def _conserved(
    rows: Mapping[str, Sequence[Row]], undone: Collection[Place], fills: Mapping[str, Sequence[Row]]
) -> Iterator[str]:
    """Nothing is held that was not bought: what came in less what went out, unless more was sold than ever came."""
    net: dict[Place, Fraction] = defaultdict(Fraction)
    held: dict[Place, Fraction] = defaultdict(Fraction)
    ended: set[Place] = set()
    references = {str(entry["reference_id"]) for entry in rows["ledger_entries"]}
    for order in rows["orders"]:
        for fill in fills.get(str(order["id"]), ()):
            net[place_of(order)] += exact(fill["shares"]) * (1 if order["side"] == "BUY" else -1)
    for row in rows["positions"]:
        held[place_of(row)] += exact(row["shares"])
        if any(
            str(uuid5(NAMES, f"{word}|{row['id']}")) in references for word in ("redemption", "written-off")
        ):
            ended.add(place_of(row))
    for place in undone:
        expected = max(net[place], ZERO)
        if held[place] > expected or (held[place] < expected and place not in ended):
            yield f"{place[1]} of strategy {place[0]}: {text(held[place])} held, the fills leave {text(net[place])}"
