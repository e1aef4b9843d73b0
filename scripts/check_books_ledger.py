"""What the ledger alone says every account and wallet must be. Part of check_books.py; imports nothing of the product."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Totals = dict[str, Decimal]

SIGNS = {"available": 1, "reserved": 1, "deployed": 1, "settling": 1, "shortfall": -1, "realised_pnl": -1}
"""Accounts that are a column of the wallet, and the sign of their balance in it: debits add, credits take away."""
COLUMNS = {
    "allocated": "allocated_amount",
    "available": "available_amount",
    "reserved": "reserved_amount",
    "deployed": "deployed_amount",
    "settling": "settling_amount",
    "shortfall": "shortfall_amount",
    "realised_pnl": "realised_pnl",
    "fees_paid": "fees_paid",
}
NEVER_NEGATIVE = ("available", "reserved", "deployed", "settling", "shortfall", "fees_paid")


@dataclass
class Recomputed:
    """Everything added up from the entries, and what was wrong on the way."""

    cash: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    wallets: dict[str, Totals] = field(default_factory=lambda: defaultdict(new_totals))
    fees_left: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    faults: list[str] = field(default_factory=list)


def new_totals() -> Totals:
    return {name: Decimal(0) for name in COLUMNS}


def add_up(entries: Sequence[Row]) -> Recomputed:
    """Books every move again, in the order in which it was written, and looks at each balance on the way."""
    books = Recomputed()
    moves: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for entry in entries:
        moves[str(entry["reference_id"]), entry["kind"]].append(entry)
    for (reference, kind), sides in moves.items():
        by_side = {side["side"]: side for side in sides}
        if len(sides) != 2 or len(by_side) != 2:
            books.faults.append(f"move {kind} of {reference} has {len(sides)} sides")
        elif by_side["debit"]["amount"] != by_side["credit"]["amount"]:
            books.faults.append(f"the two sides of move {kind} of {reference} differ")
        elif by_side["debit"]["mode"] != by_side["credit"]["mode"]:
            books.faults.append(f"move {kind} of {reference} mixes paper and live")
        else:
            _book(books, by_side["credit"], by_side["debit"])
    _walk(books, sorted(entries, key=lambda entry: (str(entry["user_id"]), entry["mode"], entry["id"])))
    return books


def _book(books: Recomputed, credit: Row, debit: Row) -> None:
    crosses = credit["strategy_id"] != debit["strategy_id"]
    for side, sign in ((credit, -1), (debit, 1)):
        amount, account = side["amount"], side["account"]
        if side["strategy_id"] is None:
            if account == "cash":
                books.cash[str(side["user_id"]), side["mode"]] += sign * amount
            continue
        strategy = str(side["strategy_id"])
        totals = books.wallets[strategy]
        if account in SIGNS:
            totals[account] += sign * SIGNS[account] * amount
        elif account == "fees":
            books.fees_left[strategy] += sign * amount
            # What was taken back is a fee that was not paid after all.
            counts = -1 if side["kind"].endswith("_reversed") else 1
            totals["fees_paid"] += sign * amount if sign == counts else 0
        else:
            books.faults.append(f"strategy {strategy} has an entry in the account {account}")
        if crosses:
            totals["allocated"] += sign * amount


def _walk(books: Recomputed, entries: Sequence[Row]) -> None:
    """No balance was below zero after any step: a user's steps follow each other, and the moves of one carry one time."""
    balances: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    touched: set[tuple[str, str]] = set()
    told: set[tuple[str, str]] = set()
    for index, entry in enumerate(entries):
        account = entry["account"]
        owner = str(entry["strategy_id"] or f"{entry['user_id']}/{entry['mode']}")
        if account in SIGNS or account == "cash":
            sign = SIGNS.get(account, 1) * (1 if entry["side"] == "debit" else -1)
            balances[owner, account] += sign * entry["amount"]
            touched.add((owner, account))
        last = index + 1 == len(entries)
        if not last and _step(entries[index + 1]) == _step(entry):
            continue
        for place in touched - told:
            if balances[place] < 0 and place[1] != "realised_pnl":
                told.add(place)
                books.faults.append(
                    f"{place[1]} of {place[0]} fell to {balances[place]} at entry {entry['id']}"
                )
        touched.clear()


def _step(entry: Row) -> tuple[Any, ...]:
    return entry["user_id"], entry["mode"], entry["created_at"]


def compare_ledger(entries: Sequence[Row], accounts: Sequence[Row], wallets: Sequence[Row]) -> list[str]:
    """A sentence per difference between the entries and the totals that the product keeps."""
    books = add_up(entries)
    faults = list(books.faults)
    kept = {(str(row["user_id"]), row["mode"]): row["cash_amount"] for row in accounts}
    for owner in sorted(set(kept) | set(books.cash)):
        want, have = books.cash.get(owner, Decimal(0)), kept.get(owner, Decimal(0))
        if want != have:
            faults.append(f"account {owner[0]} ({owner[1]}): cash is {have}, the ledger says {want}")
    by_strategy = {str(row["strategy_id"]): row for row in wallets}
    for strategy in sorted(set(by_strategy) | set(books.wallets)):
        totals = books.wallets.get(strategy, new_totals())
        faults += _compare_wallet(strategy, totals, by_strategy.get(strategy))
        if books.fees_left.get(strategy):
            faults.append(f"strategy {strategy}: {books.fees_left[strategy]} of fees went nowhere")
    return faults


def _compare_wallet(strategy: str, totals: Totals, wallet: Row | None) -> list[str]:
    if wallet is None:
        left = sum(totals[name] for name in ("available", "reserved", "deployed", "settling", "shortfall"))
        return [f"strategy {strategy} has no wallet, and {left} in the ledger"] if left else []
    faults = [
        f"wallet of strategy {strategy}: {name} is {wallet[column]}, the ledger says {totals[name]}"
        for name, column in COLUMNS.items()
        if wallet[column] != totals[name]
    ]
    faults += [
        f"strategy {strategy}: {name} is below zero" for name in NEVER_NEGATIVE if wallet[COLUMNS[name]] < 0
    ]
    held = wallet["available_amount"] + wallet["reserved_amount"] + wallet["deployed_amount"]
    held += wallet["settling_amount"] - wallet["shortfall_amount"]
    if wallet["allocated_amount"] + wallet["realised_pnl"] != held:
        faults.append(
            f"strategy {strategy} does not add up: given and gained "
            f"{wallet['allocated_amount'] + wallet['realised_pnl']}, held {held}"
        )
    return faults
