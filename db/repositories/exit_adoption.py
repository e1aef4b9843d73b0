"""Positions that are open when a version is published take its exits, if that is wished."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from db.models import Order, Position, PositionLot
from db.repositories.position_exits import adopt_exits, lock_for_exit
from db.session import WriteSession
from domain.portfolio.exit_rule import ExitRule


async def adopt_version(
    session: WriteSession,
    strategy_id: UUID,
    version_id: UUID,
    rules: Mapping[str, Sequence[ExitRule]],
    now: datetime,
) -> int:
    """`rules` by id of the node that buys. A position takes those of the nodes that bought what is left of it, of equal names
    the later one's; bought by a node that is gone, it keeps what it has. Answers how many took them.

    Needs the strategy's lock.
    """
    rows = await session.scalars(
        select(Position.id)
        .where(Position.strategy_id == strategy_id, Position.closed_at.is_(None))
        .order_by(Position.id)
    )
    adopted = 0
    for position_id in list(rows):
        position = await lock_for_exit(session, position_id)
        if position is None or position.closed_at is not None:
            continue
        nodes = [node for node in await _bought_by(session, position_id) if node in rules]
        if nodes:
            by_name = {rule.rule: rule for node in nodes for rule in rules[node]}
            await adopt_exits(session, position, list(by_name.values()), f"version:{version_id}", now)
            adopted += 1
    return adopted


async def _bought_by(session: WriteSession, position_id: UUID) -> list[str]:
    rows = await session.scalars(
        select(Order.node_id)
        .join(PositionLot, PositionLot.entry_order_id == Order.id)
        .where(PositionLot.position_id == position_id, PositionLot.shares_left > 0)
        .order_by(PositionLot.opened_at, PositionLot.id)
    )
    return list(rows)
