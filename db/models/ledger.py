"""Money: one account per user and mode, the append-only ledger, and each strategy's running totals."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Big, Model

MODES = "'paper','live'"
ACCOUNTS = "'external','cash','available','reserved','deployed','settling','shortfall','realised_pnl','fees'"


class Account(Model):
    """Money of a user that no strategy has. Paper and live are two rows and never meet."""

    __tablename__ = "accounts"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    mode: Mapped[str] = mapped_column(primary_key=True)
    cash_amount: Mapped[Decimal] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(f"mode IN ({MODES})", name="mode_known"),
        CheckConstraint("cash_amount >= 0", name="cash_not_negative"),
    )


class LedgerEntry(Model):
    """One side of one move. Rows are only ever added (a trigger refuses everything else); two sides make a move.

    `strategy_id` names no row on purpose: the ledger outlives a deleted strategy.
    """

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    mode: Mapped[str]
    strategy_id: Mapped[UUID | None]
    """None for the user's own accounts `cash` and `external`."""
    account: Mapped[str]
    side: Mapped[str]
    """debit: comes to the account; credit: leaves it."""
    amount: Mapped[Decimal]
    kind: Mapped[str]
    reference_id: Mapped[UUID]
    """What it was for: an order, a fill, a transfer."""
    reason: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(f"mode IN ({MODES})", name="mode_known"),
        CheckConstraint(f"account IN ({ACCOUNTS})", name="account_known"),
        CheckConstraint("side IN ('debit','credit')", name="side_known"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint(
            "(strategy_id IS NULL) = (account IN ('cash','external'))", name="account_of_strategy"
        ),
        UniqueConstraint("reference_id", "kind", "side"),
        Index("ix_ledger_entries_user_id_id", "user_id", "id"),
        Index("ix_ledger_entries_strategy_id_id", "strategy_id", "id"),
    )


class DayOpening(Model):
    """Equity of a strategy as first seen on a local day: what the day's profit and loss is counted from."""

    __tablename__ = "day_openings"

    strategy_id: Mapped[UUID] = mapped_column(
        ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    """In the user's time zone."""
    equity_amount: Mapped[Decimal]
    allocated_amount: Mapped[Decimal]
    """Then: what was given or taken back since is no profit and no loss."""
    taken_at: Mapped[datetime]
