"""What executions did, what they saw, and what they still wait for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model


class StrategyExecution(Model):
    """One evaluation (strategy, number, step). Step 0 is the execution people see; later steps are its continuations."""

    __tablename__ = "strategy_executions"

    strategy_id: Mapped[UUID] = mapped_column(
        ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    trigger: Mapped[str]
    """schedule, run_now or continuation."""
    run_seq: Mapped[int]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_versions.id", ondelete="CASCADE"))
    scheduled_for: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    on_time: Mapped[bool]
    missed_before: Mapped[int] = mapped_column(server_default="0")
    """Executions that were due before this one and never ran, because nothing was running."""
    status: Mapped[str]
    error_node_id: Mapped[str | None]
    error_kind: Mapped[str | None]
    """node (a fault of the graph's node), market_data (the venue was unwell) or formulas (the formula engine was)."""
    error_message: Mapped[str | None]
    summary: Mapped[str]
    nodes: Mapped[list[Any]] = mapped_column(JSONB)
    evidence: Mapped[list[Any]] = mapped_column(JSONB)
    """In order: {request, answer, duration_ms}; `answer` is a digest, or one per token; bodies are in `evidence`."""
    watchlist_added: Mapped[int] = mapped_column(server_default="0")
    watchlist_removed: Mapped[int] = mapped_column(server_default="0")
    order_ids: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    engine_build: Mapped[str]

    __table_args__ = (
        CheckConstraint("status IN ('succeeded','failed')", name="status_known"),
        CheckConstraint("trigger IN ('schedule','run_now','continuation')", name="trigger_known"),
        Index("ix_strategy_executions_strategy_id_scheduled_for", "strategy_id", "scheduled_for"),
        Index("ix_strategy_executions_version_id", "version_id"),
        Index("ix_strategy_executions_started_at", "started_at"),
    )


class Evidence(Model):
    """One answer, compressed, under the sha256 of its JSON; shared by all executions that saw it."""

    __tablename__ = "evidence"

    day: Mapped[date] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    """zlib of canonical JSON."""


class StrategyContinuation(Model):
    """What goes on later: behind a Wait node at `due_at`, or behind a trade when `order_id` comes to `port`."""

    __tablename__ = "strategy_continuations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    run_seq: Mapped[int]
    number: Mapped[int]
    step: Mapped[int]
    """The step its evaluation will have."""
    node_id: Mapped[str]
    port: Mapped[str]
    items: Mapped[list[Any]] = mapped_column(JSONB)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_versions.id", ondelete="CASCADE"))
    order_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("status IN ('waiting','done','dropped')", name="status_known"),
        Index(
            "ix_strategy_continuations_due",
            "strategy_id",
            "due_at",
            postgresql_where=text("status = 'waiting' AND due_at IS NOT NULL"),
        ),
        Index(
            "ix_strategy_continuations_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")
        ),
        Index("uq_strategy_continuations_step", "strategy_id", "number", "step", unique=True),
        Index("ix_strategy_continuations_version_id", "version_id"),
    )
