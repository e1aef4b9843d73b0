"""Shares a strategy holds, and the lots they were bought in."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model
from db.models.ledger import MODES


class Position(Model):
    """One outcome held by one strategy. A position that was closed and opened again is the next `sequence`."""

    __tablename__ = "positions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    mode: Mapped[str]
    source: Mapped[str]
    market_id: Mapped[str]
    condition_id: Mapped[str]
    event_id: Mapped[str | None]
    question: Mapped[str]
    token_id: Mapped[str]
    outcome: Mapped[str]
    sequence: Mapped[int]
    shares: Mapped[Decimal]
    """Held now, those offered for sale included."""
    offered_shares: Mapped[Decimal] = mapped_column(server_default="0")
    """Reserved by sell orders that are not final."""
    cost_amount: Mapped[Decimal]
    """What the shares held now cost, fees included."""
    realised_pnl: Mapped[Decimal] = mapped_column(server_default="0")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None]
    """sold, resolved, written_off or reversed; None while open."""
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(f"mode IN ({MODES})", name="mode_known"),
        CheckConstraint("shares >= 0", name="shares_not_negative"),
        CheckConstraint("offered_shares BETWEEN 0 AND shares", name="offered_within_held"),
        CheckConstraint("cost_amount >= 0", name="cost_not_negative"),
        CheckConstraint("(closed_at IS NOT NULL) = (shares = 0)", name="closed_when_empty"),
        UniqueConstraint("strategy_id", "token_id", "sequence"),
        Index(
            "uq_positions_open",
            "strategy_id",
            "token_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_positions_open_market_id", "market_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_positions_open_user_id", "user_id", postgresql_where=text("closed_at IS NULL")),
    )


class PositionLot(Model):
    """What one entry order brought into a position; sold oldest first. Its id is that of the trade row."""

    __tablename__ = "position_lots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position_id: Mapped[UUID] = mapped_column(ForeignKey("positions.id", ondelete="CASCADE"), index=True)
    entry_order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    shares: Mapped[Decimal]
    cost_amount: Mapped[Decimal]
    shares_left: Mapped[Decimal]
    cost_left: Mapped[Decimal]
    opened_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("shares_left BETWEEN 0 AND shares", name="shares_left_within"),
        CheckConstraint("cost_left BETWEEN 0 AND cost_amount", name="cost_left_within"),
    )
