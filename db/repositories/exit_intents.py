"""What an evaluation wants to sell: a request to the guard of each position, with the order that carries it out."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from db.models import Order, Position
from db.repositories.evaluation_record import EvaluationRecord, WrittenExit
from db.repositories.exit_requests import CLOSED, request_exit
from db.repositories.orders import deny
from db.repositories.position_exits import lock_for_exit
from db.session import WriteSession
from domain.errors import InvariantViolation
from domain.ids import exit_order_id
from domain.risk.verdict import RiskVerdict
from domain.strategy.decision import ExitIntent


async def write_exits(
    session: WriteSession, record: EvaluationRecord, intents: Iterable[ExitIntent]
) -> list[WrittenExit]:
    """One for each intent, in their order. Needs the strategy's lock."""
    wanted = list(intents)
    positions: dict[UUID, Position] = {}
    for position_id in sorted({intent.position_id for intent in wanted}):
        position = await lock_for_exit(session, position_id)
        if position is None or position.strategy_id != record.strategy_id:
            raise InvariantViolation(f"strategy {record.strategy_id} has no position {position_id}")
        positions[position_id] = position
    return [await _write(session, record, intent, positions[intent.position_id]) for intent in wanted]


async def deny_needless(
    session: WriteSession, record: EvaluationRecord, exits: Iterable[WrittenExit]
) -> None:
    """Orders of positions that were closed meanwhile are over, and what waits behind them knows. Comes after that was written."""
    for written in exits:
        if written.position_closed:
            order = await session.get_one(Order, written.order_id)
            verdict = RiskVerdict(rule="exit_withdrawn", passed=False, sentence=CLOSED)
            await deny(session, order, verdict, record.finished_at)


async def _write(
    session: WriteSession, record: EvaluationRecord, intent: ExitIntent, position: Position
) -> WrittenExit:
    request = await request_exit(
        session,
        position,
        rule=f"node:{intent.node_id}",
        shares=intent.shares,
        slippage_max=intent.slippage_max,
        persistent=False,
        reason=intent.reason,
        evidence={"number": record.number, "step": record.step},
        now=record.finished_at,
    )
    order_id = exit_order_id(request.id, 0)
    request.order_id = order_id
    session.add(
        Order(
            id=order_id,
            user_id=record.user_id,
            strategy_id=record.strategy_id,
            number=record.number,
            step=record.step,
            node_id=intent.node_id,
            mode=position.mode,
            source=position.source,
            market_id=position.market_id,
            condition_id=position.condition_id,
            event_id=position.event_id,
            question=position.question,
            token_id=position.token_id,
            outcome=position.outcome,
            side="SELL",
            order_type="market",
            time_in_force="FAK",
            amount=Decimal(0),
            shares=intent.shares,
            position_id=position.id,
            exit_request_id=request.id,
            slippage_max=intent.slippage_max,
            reason=intent.reason,
            created_at=record.finished_at,
        )
    )
    await session.flush()
    return WrittenExit(order_id, position.id, position_closed=request.done_at is not None)
