"""Rows as the engine writes them, for tests that read them through the API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from db.models import Order, Strategy, StrategyExecution, StrategyTrade
from db.session import Database


async def add_execution(
    database: Database, strategy_id: UUID, version_id: UUID, number: int, **changes: Any
) -> None:
    now = datetime.now(UTC)
    row = {
        "strategy_id": strategy_id,
        "number": number,
        "step": 0,
        "trigger": "schedule",
        "run_seq": 1,
        "version_id": version_id,
        "scheduled_for": now - timedelta(seconds=2),
        "started_at": now - timedelta(seconds=1),
        "finished_at": now,
        "on_time": True,
        "status": "succeeded",
        "summary": "nothing to do",
        "nodes": [],
        "evidence": [],
        "engine_build": "test",
        **changes,
    }
    async with database.write() as session:
        await session.execute(insert(StrategyExecution).values(row))


TRADED: dict[str, Any] = {
    "number": 1,
    "node_id": "buy",
    "mode": "paper",
    "source": "sandbox",
    "market_id": "m1",
    "question": "Will it rain?",
    "token_id": "t1",
    "outcome": "Yes",
    "order_type": "market",
}


async def add_trade(
    database: Database, strategy_id: UUID, *, pnl: str | None = None, cost: str = "10", **changes: Any
) -> tuple[UUID, UUID]:
    """Order id and trade id; with `pnl` the trade is closed."""
    now = datetime.now(UTC)
    order_id, trade_id = uuid4(), uuid4()
    async with database.write() as session:
        user_id = await session.scalar(select(Strategy.user_id).where(Strategy.id == strategy_id))
        both = {**TRADED, "user_id": user_id, "strategy_id": strategy_id, "amount": Decimal(cost)}
        order = {
            **both,
            "id": order_id,
            "step": 0,
            "condition_id": "0x1",
            "side": "BUY",
            "time_in_force": "FAK",
            "reason": "test",
            "status": "filled",
            "filled_shares": Decimal(20),
            "filled_amount": Decimal(cost),
            "average_price": Decimal("0.5"),
            "created_at": changes.get("created_at", now),
            "final_at": now,
        }
        trade = {
            **both,
            "id": trade_id,
            "entry_order_id": order_id,
            "status": "filled" if pnl is None else "settled",
            "shares": Decimal(20),
            "cost": Decimal(cost),
            "entry_price": Decimal("0.5"),
            "pnl": None if pnl is None else Decimal(pnl),
            "closed_at": None if pnl is None else now,
            "created_at": now,
            **changes,
        }
        await session.execute(insert(Order).values(order))
        await session.execute(insert(StrategyTrade).values(trade))
    return order_id, trade_id


async def set_strategy(database: Database, strategy_id: UUID | str, **columns: Any) -> None:
    """What the engine says about a strategy."""
    async with database.write() as session:
        await session.execute(update(Strategy).where(Strategy.id == UUID(str(strategy_id))).values(**columns))
