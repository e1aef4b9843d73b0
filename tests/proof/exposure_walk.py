"""How much was in positions and orders at every moment money was set aside, from the ledger alone. Imports nothing of the product."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid5

from scripts.check_books_positions import NAMES, fill_reference

Row = Mapping[str, Any]
INSIDE = ("reserved", "deployed")
COUNTED = ("cash", "available", "reserved", "deployed", "settling", "shortfall")
"""All that is a user's own, positions at cost; the balance of `shortfall` is below zero by itself."""


def caps_exceeded(rows: Mapping[str, Sequence[Row]], of_market: Decimal, of_all: Decimal) -> list[str]:
    """A sentence per reservation after which more than that share of the account was in one market, or in all together."""
    markets = _markets(rows)
    inside: dict[str, Decimal] = defaultdict(Decimal)
    account = Decimal(0)
    found = []
    entries = sorted(rows["ledger_entries"], key=lambda entry: entry["id"])
    for index, entry in enumerate(entries):
        amount = entry["amount"] if entry["side"] == "debit" else -entry["amount"]
        market = markets.get(str(entry["reference_id"]), "")
        if entry["account"] in COUNTED:
            account += amount
        if entry["account"] in INSIDE:
            inside[market] += amount
        half_way = index + 1 < len(entries) and entries[index + 1]["reference_id"] == entry["reference_id"]
        if entry["kind"] != "reserved" or half_way:
            continue
        total = sum(inside.values())
        if inside[market] > of_market * account:
            found.append(f"{inside[market]} in {market}, of {account}, at entry {entry['id']}")
        if total > of_all * account:
            found.append(f"{total} in all, of {account}, at entry {entry['id']}")
    return found


def _markets(rows: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """The market that a reference in the ledger is about."""
    of_order = {str(order["id"]): order["market_id"] for order in rows["orders"]}
    markets = dict(of_order)
    for fill in rows["order_fills"]:
        reference = fill_reference(fill["order_id"], fill["venue_trade_id"])
        markets[reference] = of_order[str(fill["order_id"])]
    for position in rows["positions"]:
        for word in ("redemption", "written-off"):
            markets[str(uuid5(NAMES, f"{word}|{position['id']}"))] = position["market_id"]
    return markets
