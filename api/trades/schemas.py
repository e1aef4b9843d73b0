"""Trades as pages show them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from api.decimal_text import DecimalText
from api.orders.schemas import OrderStatus
from api.parts import Source

TradeStatus = Literal["pending", "filled", "partial", "cancelled", "settled"]


class TradeOrderView(BaseModel):
    """The order that opened the trade."""

    id: UUID
    status: OrderStatus
    status_rule: str | None
    status_reason: str | None


class TradeView(BaseModel):
    """An entry and its exit. Amounts in USDC, prices in USDC per share; `cost` includes the fee."""

    id: UUID
    market_id: str
    question: str
    outcome: str
    amount: DecimalText
    cost: DecimalText
    shares: DecimalText
    fee: DecimalText
    order_type: str
    status: TradeStatus
    entry_price: DecimalText | None
    exit_price: DecimalText | None
    pnl: DecimalText | None
    filled_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    number: int
    node_id: str
    source: Source
    mode: Literal["paper"]
    order: TradeOrderView
