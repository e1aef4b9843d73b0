"""Strategies, their versions and their allocation. `strategies` is the requirements' `workflow_sessions`."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Big, Model


class Strategy(Model):
    """One strategy. The API writes `desired_state` and settings, activities write all the rest."""

    __tablename__ = "strategies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    mode: Mapped[str] = mapped_column(server_default="paper")
    template_id: Mapped[str | None]
    version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("strategy_versions.id", use_alter=True, name="fk_strategies_version_id_strategy_versions")
    )
    interval_seconds: Mapped[int] = mapped_column(server_default="300")
    execution_interval_minutes: Mapped[Decimal] = mapped_column(
        Numeric(12, 4), Computed("interval_seconds / 60.0", persisted=True)
    )
    auto_run: Mapped[bool] = mapped_column(server_default=text("false"))
    error_after: Mapped[int] = mapped_column(server_default="5")

    desired_state: Mapped[str] = mapped_column(server_default="draft")
    """draft, running, paused or stopped: what the user wants."""
    run_seq: Mapped[int] = mapped_column(server_default="0")
    """How often Start was pressed."""

    status: Mapped[str] = mapped_column(server_default="draft")
    """draft, running, paused, stopped or error: what the engine says."""
    status_reason: Mapped[str | None]
    pause_reason: Mapped[str | None]
    """Why a rule paused it; None when a person did."""
    degraded_reason: Mapped[str | None]
    started_at: Mapped[datetime | None]
    running_since: Mapped[datetime | None]
    uptime_seconds: Mapped[Decimal] = mapped_column(Numeric(16, 3), server_default="0")
    """Of this run, without pauses, up to `running_since`."""
    stopped_at: Mapped[datetime | None]
    stop_choice: Mapped[str | None]
    """keep, cancel or flatten: what the last Stop does to orders and positions; None while it runs."""
    wound_down_at: Mapped[datetime | None]
    """When nothing that the last Stop had to end was left."""
    last_number: Mapped[int] = mapped_column(server_default="0")
    total_executions: Mapped[int] = mapped_column(server_default="0")
    successful_executions: Mapped[int] = mapped_column(server_default="0")
    failed_executions: Mapped[int] = mapped_column(server_default="0")
    consecutive_failures: Mapped[int] = mapped_column(server_default="0")
    last_executed_at: Mapped[datetime | None]
    next_execution_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime | None]
    untold_at: Mapped[datetime | None]
    """When something was published that the running workflow has not confirmed; null once it has."""
    untold_slot: Mapped[datetime | None]
    """The first slot of the changed schedule in what it was not told."""
    state_version: Mapped[int] = mapped_column(Big, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 80", name="name_length"),
        CheckConstraint("mode IN ('paper')", name="mode_known"),
        CheckConstraint(
            "desired_state IN ('draft','running','paused','stopped')", name="desired_state_known"
        ),
        CheckConstraint("status IN ('draft','running','paused','stopped','error')", name="status_known"),
        CheckConstraint("stop_choice IN ('keep','cancel','flatten')", name="stop_choice_known"),
        CheckConstraint("interval_seconds > 0", name="interval_positive"),
        CheckConstraint(
            "total_executions = successful_executions + failed_executions", name="executions_add_up"
        ),
        Index("ix_strategies_user_id_created_at", "user_id", "created_at"),
        Index(
            "ix_strategies_alive",
            "desired_state",
            postgresql_where=text("desired_state IN ('running','paused')"),
        ),
    )


class StrategyVersion(Model):
    """One immutable save of the graph and its settings."""

    __tablename__ = "strategy_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    number: Mapped[int]
    graph: Mapped[dict[str, Any]] = mapped_column(JSONB)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """domain.strategy.settings.StrategySettings as JSON; what is missing has its default."""
    template_id: Mapped[str | None]
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (UniqueConstraint("strategy_id", "number"),)


class StrategyWallet(Model):
    """Allocation of one strategy: running totals of its ledger in USDC, always adding up.

    `allocated_amount` is what was given less what was taken back: below zero when profits were taken out.
    """

    __tablename__ = "strategy_wallets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"), unique=True)
    allocated_amount: Mapped[Decimal] = mapped_column(server_default="0")
    available_amount: Mapped[Decimal] = mapped_column(server_default="0")
    reserved_amount: Mapped[Decimal] = mapped_column(server_default="0")
    deployed_amount: Mapped[Decimal] = mapped_column(server_default="0")
    """What the positions held cost, fees included."""
    settling_amount: Mapped[Decimal] = mapped_column(server_default="0")
    """Proceeds of sales that the chain has not confirmed."""
    shortfall_amount: Mapped[Decimal] = mapped_column(server_default="0")
    """What the venue took beyond the reservation; entries wait until it is covered."""
    realised_pnl: Mapped[Decimal] = mapped_column(server_default="0")
    fees_paid: Mapped[Decimal] = mapped_column(server_default="0")
    """For information: fees are inside cost and proceeds."""
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("available_amount >= 0", name="available_not_negative"),
        CheckConstraint("reserved_amount >= 0", name="reserved_not_negative"),
        CheckConstraint("deployed_amount >= 0", name="deployed_not_negative"),
        CheckConstraint("settling_amount >= 0", name="settling_not_negative"),
        CheckConstraint("shortfall_amount >= 0", name="shortfall_not_negative"),
        CheckConstraint("fees_paid >= 0", name="fees_not_negative"),
        CheckConstraint(
            "allocated_amount + realised_pnl = available_amount + reserved_amount + deployed_amount"
            " + settling_amount - shortfall_amount",
            name="adds_up",
        ),
    )
