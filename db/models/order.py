"""Orders, their fills, and the trade rows they become."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model, PriceNumber

ORDER_STATUSES = (
    "'planned','denied','reserved','signing','signed','posting','unknown','live','matched',"
    "'filled','cancelled','expired','rejected'"
)
SETTLEMENTS = "'none','settling','settled','reversed'"
VENUE_STATUSES = "'matched','mined','confirmed','failed'"


class Order(Model):
    """One accepted wish to trade. States and steps: architecture.md, section 6."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    number: Mapped[int]
    step: Mapped[int]
    node_id: Mapped[str]
    mode: Mapped[str]
    source: Mapped[str]
    """polymarket or sandbox: where its prices come from."""
    market_id: Mapped[str]
    condition_id: Mapped[str]
    event_id: Mapped[str | None]
    """Known from the reservation on."""
    question: Mapped[str]
    token_id: Mapped[str]
    outcome: Mapped[str]
    side: Mapped[str]
    order_type: Mapped[str]
    time_in_force: Mapped[str]
    amount: Mapped[Decimal]
    """BUY: USDC before fees. SELL: 0, see `shares`."""
    shares: Mapped[Decimal | None]
    """SELL: shares to sell of `position_id`."""
    position_id: Mapped[UUID | None]
    amount_ratio: Mapped[Decimal | None]
    """BUY: so much of the strategy's capital; the reservation writes the `amount`."""
    slippage_max: Mapped[Decimal | None]
    limit_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    """Limit order: its price. Market SELL: the price floor, None without one."""
    expires_at: Mapped[datetime | None]
    """GTD: when it is gone."""
    expires_after_seconds: Mapped[int | None]
    """GTD: `expires_at` is so long after it was posted."""
    post_only: Mapped[bool] = mapped_column(server_default=text("false"))
    exits: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """ExitRules that the position gets with the first fill."""
    exit_request_id: Mapped[UUID | None]
    """SELL: whose try this is."""
    attempt: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="planned")
    status_rule: Mapped[str | None]
    """The rule that denied it, or the venue's code that rejected it."""
    status_reason: Mapped[str | None]
    risk_checks: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Every rule's verdict at the reservation: {rule, passed, limit, actual, sentence}."""
    halt_epoch: Mapped[int | None] = mapped_column(BigInteger)
    """Of the trading state it was posted under; None until then."""
    salt: Mapped[int | None] = mapped_column(BigInteger)
    """Fixed at the reservation with `stamped_at`, so that signing twice makes the same venue order."""
    stamped_at: Mapped[datetime | None]
    venue_order_id: Mapped[str | None]
    """The venue's id; the paper venue uses our own."""
    posted_at: Mapped[datetime | None]
    """When POSTING was committed."""
    resting: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Paper venue: where a resting order stands in the queue of its price level."""
    cancel_requested_at: Mapped[datetime | None]
    cancel_rule: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    settlement: Mapped[str] = mapped_column(server_default="none")
    """Whether what was filled is final at the venue."""
    reserved_amount: Mapped[Decimal] = mapped_column(server_default="0")
    reserved_left: Mapped[Decimal] = mapped_column(server_default="0")
    """Of the reserved amount, what no booked fill has used; 0 when the order is final."""
    filled_shares: Mapped[Decimal] = mapped_column(server_default="0")
    filled_amount: Mapped[Decimal] = mapped_column(server_default="0")
    fee: Mapped[Decimal] = mapped_column(server_default="0")
    average_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    book: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The order book it was filled on, as read: venue time, hash, levels."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    final_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"status IN ({ORDER_STATUSES})", name="status_known"),
        CheckConstraint("side IN ('BUY','SELL')", name="side_known"),
        CheckConstraint(f"settlement IN ({SETTLEMENTS})", name="settlement_known"),
        CheckConstraint("time_in_force IN ('FAK','FOK','GTC','GTD')", name="time_in_force_known"),
        CheckConstraint(
            "side = 'BUY' OR (shares IS NOT NULL AND position_id IS NOT NULL)", name="sale_names_its_position"
        ),
        Index("ix_orders_strategy_id_created_at", "strategy_id", "created_at"),
        Index("ix_orders_open", "status", postgresql_where=text("final_at IS NULL")),
        Index("ix_orders_position_id", "position_id", postgresql_where=text("position_id IS NOT NULL")),
        Index(
            "uq_orders_venue_order_id",
            "venue_order_id",
            unique=True,
            postgresql_where=text("venue_order_id IS NOT NULL"),
        ),
    )


class OrderFill(Model):
    """One part execution: `index` counts the levels of the book that were taken, from 0."""

    __tablename__ = "order_fills"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    venue_trade_id: Mapped[str] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(Integer)
    price: Mapped[Decimal] = mapped_column(PriceNumber)
    shares: Mapped[Decimal]
    fee: Mapped[Decimal]
    filled_at: Mapped[datetime]
    venue_status: Mapped[str] = mapped_column(server_default="confirmed")
    """Of the venue's trade; on paper a fill is final at once."""
    settled_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(f"venue_status IN ({VENUE_STATUSES})", name="venue_status_known"),)


class StrategyTrade(Model):
    """The user's record of an entry and its exit. One row per entry order."""

    __tablename__ = "strategy_trades"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    entry_order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    order_id: Mapped[str | None]
    """The venue's order id; the paper venue uses our own."""
    number: Mapped[int]
    node_id: Mapped[str]
    mode: Mapped[str]
    source: Mapped[str]
    market_id: Mapped[str]
    question: Mapped[str]
    token_id: Mapped[str]
    outcome: Mapped[str]
    amount: Mapped[Decimal]
    order_type: Mapped[str]
    status: Mapped[str]
    shares: Mapped[Decimal] = mapped_column(server_default="0")
    cost: Mapped[Decimal] = mapped_column(server_default="0")
    """USDC paid, fee included."""
    fee: Mapped[Decimal] = mapped_column(server_default="0")
    entry_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    exit_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    pnl: Mapped[Decimal | None]
    filled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint(
            "status IN ('pending','filled','partial','cancelled','settled')", name="status_known"
        ),
        Index("ix_strategy_trades_strategy_id_created_at", "strategy_id", "created_at"),
        Index(
            "ix_strategy_trades_active",
            "strategy_id",
            postgresql_where=text("closed_at IS NULL AND status IN ('filled','partial')"),
        ),
    )
