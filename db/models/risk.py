"""What a user allows: limits per user and per strategy, and the trading state that stops everything."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Big, Model


class RiskLimit(Model):
    """Limits of one user (`strategy_id` None) or of one strategy. What is missing has its default."""

    __tablename__ = "risk_limits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("strategies.id", ondelete="CASCADE"), unique=True
    )
    limits: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """In force now, by name; decimals as text."""
    pending: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Loosened later: {name, value, effective_at}."""
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        Index("uq_risk_limits_user", "user_id", unique=True, postgresql_where=text("strategy_id IS NULL")),
    )


class TradingStateRow(Model):
    """Latched: only a person changes it. Orders are posted under a shared lock of this row."""

    __tablename__ = "trading_states"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(server_default="active")
    halt_epoch: Mapped[int] = mapped_column(Big, server_default="0")
    """Grows with every halt; an order carries the one it was posted under."""
    reason: Mapped[str | None]
    exits: Mapped[str] = mapped_column(server_default="go_on")
    """What a halt does to guards and exits of positions: go_on or stop."""
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("state IN ('active','reducing','halted')", name="state_known"),
        CheckConstraint("exits IN ('go_on','stop')", name="exits_known"),
    )
