"""Orders, their fills, and the trade rows they become."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model, PriceNumber

ORDER_STATUSES = "'planned','reserved','denied','posting','matched','filled','cancelled','rejected'"


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
    slippage_max: Mapped[Decimal | None]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="planned")
    status_rule: Mapped[str | None]
    """The rule that denied it, or the venue's code that rejected it."""
    status_reason: Mapped[str | None]
    risk_checks: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Every rule's verdict at the reservation: {rule, passed, limit, actual, sentence}."""
    halt_epoch: Mapped[int | None] = mapped_column(BigInteger)
    """Of the trading state it was posted under; None until then."""
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
        CheckConstraint(
            "side = 'BUY' OR (shares IS NOT NULL AND position_id IS NOT NULL)", name="sale_names_its_position"
        ),
        Index("ix_orders_strategy_id_created_at", "strategy_id", "created_at"),
        Index("ix_orders_open", "status", postgresql_where=text("final_at IS NULL")),
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
