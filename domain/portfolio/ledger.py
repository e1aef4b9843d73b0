"""Double-entry arithmetic: what a move does to the money of a user and of a strategy. Pure; docs/money.md explains it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import InvariantViolation
from domain.money import Usdc

ZERO = Usdc(Decimal(0))


class Ledger(StrEnum):
    """Kinds of accounts. The first two are the user's own, one per mode; the others each strategy has."""

    EXTERNAL = "external"
    """The world outside: its balance is below zero by all that came in."""
    CASH = "cash"
    AVAILABLE = "available"
    RESERVED = "reserved"
    DEPLOYED = "deployed"
    SETTLING = "settling"
    SHORTFALL = "shortfall"
    """Below zero by what the venue took beyond a reservation."""
    REALISED_PNL = "realised_pnl"
    """Below zero by the profit, above it by the loss."""
    FEES = "fees"
    """Fees pass through on their way into cost; its debits, less what was taken back, add up to the fees paid."""


UNDONE = "_reversed"
OF_USER = (Ledger.EXTERNAL, Ledger.CASH)


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Place(Frozen):
    """One account. `strategy_id` is None for the user's own and only for them."""

    ledger: Ledger
    strategy_id: UUID | None = None


class Move(Frozen):
    """`amount` leaves `credit` and comes to `debit`. (reference, kind) names it: booked again, it changes nothing."""

    kind: str
    reference_id: UUID
    credit: Place
    debit: Place
    amount: Usdc = Field(gt=0)
    reason: str

    @property
    def undoes(self) -> bool:
        """It takes back a move that turned out not to have happened: a fee in it is not paid after all."""
        return self.kind.endswith(UNDONE)


class Totals(Frozen):
    """Running totals of one strategy in USDC, as `strategy_wallets` holds them."""

    allocated: Usdc = ZERO
    available: Usdc = ZERO
    reserved: Usdc = ZERO
    deployed: Usdc = ZERO
    settling: Usdc = ZERO
    shortfall: Usdc = ZERO
    realised_pnl: Usdc = ZERO
    fees_paid: Usdc = ZERO

    @property
    def capital(self) -> Usdc:
        """What the strategy has to work with: given to it, and gained or lost since."""
        return Usdc(self.allocated + self.realised_pnl)

    def balanced(self) -> bool:
        """The invariant of the books."""
        held = self.available + self.reserved + self.deployed + self.settling - self.shortfall
        return self.capital == held

    def sound(self) -> bool:
        """Balanced, and nothing below zero that cannot be."""
        amounts = (
            self.available,
            self.reserved,
            self.deployed,
            self.settling,
            self.shortfall,
            self.fees_paid,
        )
        return self.balanced() and min(amounts) >= 0


NORMAL: Mapping[Ledger, tuple[str, int]] = MappingProxyType(
    {
        Ledger.AVAILABLE: ("available", 1),
        Ledger.RESERVED: ("reserved", 1),
        Ledger.DEPLOYED: ("deployed", 1),
        Ledger.SETTLING: ("settling", 1),
        Ledger.SHORTFALL: ("shortfall", -1),
        Ledger.REALISED_PNL: ("realised_pnl", -1),
    }
)
"""The total that an account is, and the sign in which a debit changes it."""


def changes_of(totals: Totals, strategy_id: UUID, move: Move) -> Totals:
    """The strategy's totals after the move; a move between others leaves them alone. Nothing is checked here."""
    changed: dict[str, Decimal] = {}

    def add(name: str, amount: Decimal) -> None:
        changed[name] = changed.get(name, getattr(totals, name)) + amount

    for place, sign in ((move.credit, -1), (move.debit, 1)):
        if place.strategy_id != strategy_id:
            continue
        if place.ledger in NORMAL:
            name, normal = NORMAL[place.ledger]
            add(name, sign * normal * move.amount)
        elif place.ledger is Ledger.FEES and sign == (-1 if move.undoes else 1):
            add("fees_paid", sign * move.amount)
        if move.credit.strategy_id != move.debit.strategy_id:
            add("allocated", sign * move.amount)
    return totals.model_copy(update=changed)


def after(totals: Totals, strategy_id: UUID, moves: Iterable[Move]) -> Totals:
    """The totals after all moves. Raises InvariantViolation when they do not add up or something falls below zero."""
    for move in moves:
        totals = changes_of(totals, strategy_id, move)
    if not totals.sound():
        raise InvariantViolation(f"the books of strategy {strategy_id} would not add up: {totals}")
    return totals


def cash_after(cash: Usdc, moves: Iterable[Move]) -> Usdc:
    """The user's cash after all moves. Raises InvariantViolation below zero."""
    for move in moves:
        if move.credit.ledger is Ledger.CASH:
            cash = Usdc(cash - move.amount)
        if move.debit.ledger is Ledger.CASH:
            cash = Usdc(cash + move.amount)
    if cash < 0:
        raise InvariantViolation(f"the account would have {cash} USDC")
    return cash
