"""Equity over time: what strategies and accounts were worth, every five minutes at most."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Big, Model
from db.models.ledger import MODES, LedgerEntry

IndexNumber = Numeric(24, 12)


class EquityPoint(Model):
    """One strategy at one moment, or with `strategy_id` None the whole account of a user in one mode.

    The drawdown columns are carried from point to point (domain/portfolio/drawdown.py), so that deleting old points
    lowers nothing.
    """

    __tablename__ = "equity_points"

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    mode: Mapped[str]
    strategy_id: Mapped[UUID | None] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    slot_at: Mapped[datetime]
    """Beginning of its five minutes: at most one point in each."""
    at: Mapped[datetime]
    """When the books were read; the marks are up to a minute older."""
    equity_amount: Mapped[Decimal]
    given_amount: Mapped[Decimal]
    """Net capital given until then."""
    holding: Mapped[bool]
    """Positions were held: equity moves by itself, and a missing next point is a gap."""
    pnl_peak: Mapped[Decimal]
    drawdown_max: Mapped[Decimal]
    growth_index: Mapped[Decimal] = mapped_column(IndexNumber)
    growth_index_peak: Mapped[Decimal] = mapped_column(IndexNumber)
    drawdown_ratio_max: Mapped[Decimal] = mapped_column(IndexNumber)

    __table_args__ = (
        CheckConstraint(f"mode IN ({MODES})", name="mode_known"),
        CheckConstraint("drawdown_max >= 0", name="drawdown_not_negative"),
        CheckConstraint("drawdown_ratio_max BETWEEN 0 AND 1", name="drawdown_ratio_is_a_part"),
        UniqueConstraint("strategy_id", "slot_at"),
        Index(
            "uq_equity_points_account",
            "user_id",
            "mode",
            "slot_at",
            unique=True,
            postgresql_where=text("strategy_id IS NULL"),
        ),
        Index("ix_equity_points_slot_at", "slot_at"),
    )


# What came in from outside is looked up with every point of an account; it is a handful of rows among very many.
Index(
    "ix_ledger_entries_external",
    LedgerEntry.user_id,
    LedgerEntry.mode,
    postgresql_where=text("account = 'external'"),
)
