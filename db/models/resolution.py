"""What became of markets that somebody holds, and money on its way out of strategies."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model

RESOLUTION_STATES = "'open','proposed','disputed','resolved','void'"
WITHDRAWAL_STATUSES = "'running','complete','partly_complete'"


class MarketResolution(Model):
    """How a market stands, as far as anybody here holds it or has orders in it. Only `final_at` moves capital."""

    __tablename__ = "market_resolutions"

    market_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    condition_id: Mapped[str]
    question: Mapped[str]
    state: Mapped[str]
    payouts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Token id → what a share pays, decimal text; None until final."""
    winner: Mapped[str | None]
    """Name of the outcome that won; None until then, and of a void market."""
    proposed_outcome: Mapped[str | None]
    """While proposed or disputed: the outcome that led by price when it was noticed; the venue names none."""
    history: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Every change as seen: {state, proposed_outcome, statuses, at}; `statuses` is the venue's own list."""
    ends_at: Mapped[datetime | None]
    """The end date that the venue says now; it may be moved."""
    seen_at: Mapped[datetime]
    """When it was last looked at, to five minutes."""
    changed_at: Mapped[datetime]
    final_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN ({RESOLUTION_STATES})", name="state_known"),
        CheckConstraint("(final_at IS NOT NULL) = (payouts IS NOT NULL)", name="final_with_payouts"),
    )


class Withdrawal(Model):
    """Everything a strategy has goes back to the account: orders end, positions are sold, what is free is returned."""

    __tablename__ = "withdrawals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    mode: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="running")
    give_up_at: Mapped[datetime]
    """Then it ends with what it has."""
    returned_amount: Mapped[Decimal] = mapped_column(server_default="0")
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Of the last look: {orders_open, positions_open, shares_open, settling}; decimals as text."""
    reasons: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Why something is left, a sentence each."""
    requested_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"status IN ({WITHDRAWAL_STATUSES})", name="status_known"),
        CheckConstraint("(finished_at IS NULL) = (status = 'running')", name="finished_when_over"),
        Index(
            "uq_withdrawals_running", "strategy_id", unique=True, postgresql_where=text("finished_at IS NULL")
        ),
        Index("ix_withdrawals_user_id_requested_at", "user_id", "requested_at"),
        Index("ix_withdrawals_strategy_id_requested_at", "strategy_id", "requested_at"),
    )
