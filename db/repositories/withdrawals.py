"""Withdrawals in the books: begun once per strategy, advanced by looks that may be repeated, ended whole or in part."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, func, or_, select, tuple_

from contracts.withdrawal import WithdrawalInput
from db.models import ExitRequest, Order, Position, Strategy, StrategyWallet, Withdrawal
from db.repositories.accounts import LockedMoney, Owner, book, lock_account, lock_money
from db.repositories.events import add_event
from db.repositories.exit_requests import FLATTEN
from db.repositories.trade_views import After
from db.repositories.wind_down import AT_REST, stop_selling
from db.session import ReadSession, WriteSession
from domain.ids import withdrawal_return_id
from domain.money import Usdc, in_cents, plain
from domain.portfolio import moves

ENDED = "the withdrawal ended with what it had"
REASONS_MAX = 50


async def running_of(session: ReadSession | WriteSession, strategy_id: UUID) -> Withdrawal | None:
    return await session.scalar(
        select(Withdrawal).where(Withdrawal.strategy_id == strategy_id, Withdrawal.finished_at.is_(None))
    )


async def running_withdrawals(session: ReadSession) -> list[Withdrawal]:
    """Every one that a workflow must exist for, oldest first."""
    rows = await session.scalars(
        select(Withdrawal).where(Withdrawal.finished_at.is_(None)).order_by(Withdrawal.requested_at)
    )
    return list(rows)


def withdrawal_input(withdrawal: Withdrawal) -> WithdrawalInput:
    """What its workflow starts with."""
    return WithdrawalInput(
        withdrawal_id=withdrawal.id,
        strategy_id=withdrawal.strategy_id,
        give_up_at=withdrawal.give_up_at,
    )


async def find_withdrawal(
    session: ReadSession | WriteSession, user_id: UUID, withdrawal_id: UUID
) -> Withdrawal | None:
    """None also when it belongs to somebody else."""
    return await session.scalar(
        select(Withdrawal)
        .where(Withdrawal.id == withdrawal_id, Withdrawal.user_id == user_id)
        .execution_options(populate_existing=True)
    )


async def list_withdrawals(
    session: ReadSession, user_id: UUID, strategy_id: UUID | None, *, after: After, limit: int
) -> Sequence[Withdrawal]:
    """Newest first."""
    query = select(Withdrawal).where(Withdrawal.user_id == user_id)
    if strategy_id is not None:
        query = query.where(Withdrawal.strategy_id == strategy_id)
    if after is not None:
        query = query.where(tuple_(Withdrawal.requested_at, Withdrawal.id) < tuple_(*after))
    rows = await session.scalars(
        query.order_by(Withdrawal.requested_at.desc(), Withdrawal.id.desc()).limit(limit)
    )
    return list(rows)


async def begin_withdrawal(
    session: WriteSession, strategy: Strategy, withdrawal_id: UUID, give_up_at: datetime, now: datetime
) -> Withdrawal:
    """Of a locked strategy that no withdrawal runs for: it is stopped, and sells all it holds."""
    if strategy.desired_state not in AT_REST:
        strategy.desired_state = "stopped"
    if strategy.stop_choice != FLATTEN:
        strategy.stop_choice, strategy.wound_down_at = FLATTEN, None
    strategy.updated_at = now
    withdrawal = Withdrawal(
        id=withdrawal_id,
        user_id=strategy.user_id,
        strategy_id=strategy.id,
        mode=strategy.mode,
        status="running",
        give_up_at=give_up_at,
        returned_amount=Decimal(0),
        progress={},
        reasons=[],
        requested_at=now,
        updated_at=now,
        finished_at=None,
    )
    session.add(withdrawal)
    await session.flush()
    await _tell(session, withdrawal, "withdrawal_started", "Withdraws: everything is sold and goes back")
    return withdrawal


async def advance(
    session: WriteSession, withdrawal_id: UUID, now: datetime, *, cancelled: bool = False
) -> tuple[Withdrawal | None, list[UUID]]:
    """What is free goes back; it ends when nothing is left, when its time is over, or when it is cancelled.

    With the positions that are not sold any more, whose guards are to be woken. None: it is gone with its strategy.
    """
    found = await session.get(Withdrawal, withdrawal_id, populate_existing=True)
    if found is None:
        return None, []
    owner = Owner(found.user_id, found.mode)
    await lock_account(session, owner)
    strategy = await session.get(Strategy, found.strategy_id, with_for_update=True, populate_existing=True)
    withdrawal = await session.get(Withdrawal, withdrawal_id, with_for_update=True, populate_existing=True)
    if strategy is None or withdrawal is None or withdrawal.finished_at is not None:
        return withdrawal, []
    money = await lock_money(session, owner, (strategy.id,))
    await _give_back(session, withdrawal, money, now)
    wallet = money.wallets[strategy.id]
    left = await _measure(session, withdrawal, strategy, wallet)
    withdrawal.updated_at = now
    positions: list[UUID] = []
    if not left:
        reasons = []
        if wallet.shortfall_amount:
            reasons = [f"{plain(wallet.shortfall_amount)} USDC that the venue took too much are not covered"]
        await _finish(session, withdrawal, "complete", reasons, now)
    elif cancelled or withdrawal.give_up_at <= now:
        reasons = await _reasons(session, strategy, wallet)
        if cancelled:
            reasons.insert(0, "it was cancelled")
        positions = await stop_selling(session, strategy, ENDED, now)
        strategy.stop_choice, strategy.wound_down_at = "cancel", None
        await _finish(session, withdrawal, "partly_complete", reasons, now)
    else:
        withdrawal.reasons = await _reasons(session, strategy, wallet)
    await session.flush()
    return withdrawal, positions


async def _give_back(
    session: WriteSession, withdrawal: Withdrawal, money: LockedMoney, now: datetime
) -> None:
    """Available capital becomes cash, profits too; a shortfall is covered first."""
    strategy_id = withdrawal.strategy_id
    wallet = money.wallets[strategy_id]
    before = f"{plain(withdrawal.returned_amount)}|{plain(wallet.shortfall_amount)}"
    reference = withdrawal_return_id(withdrawal.id, before)
    await book(session, money, moves.cover(reference, strategy_id, money.totals(strategy_id)), now)
    free = Usdc(wallet.available_amount)
    if free <= 0 or wallet.shortfall_amount > 0:
        return
    await book(session, money, moves.take_back(reference, strategy_id, free, "withdrawn"), now)
    withdrawal.returned_amount += free
    message = f"{in_cents(free)} USDC went back to the account"
    await _tell(session, withdrawal, "withdrawal_returned", message)


async def _measure(
    session: WriteSession, withdrawal: Withdrawal, strategy: Strategy, wallet: StrategyWallet
) -> bool:
    """Writes how far it is; True while something is not final."""
    orders = await session.scalar(
        select(func.count())
        .select_from(Order)
        .where(
            Order.strategy_id == strategy.id,
            or_(Order.final_at.is_(None), Order.settlement == "settling"),
        )
    )
    positions, shares = (
        await session.execute(
            select(func.count(), func.coalesce(func.sum(Position.shares), 0)).where(
                Position.strategy_id == strategy.id, Position.closed_at.is_(None)
            )
        )
    ).one()
    withdrawal.progress = {
        "orders_open": orders,
        "positions_open": positions,
        "shares_open": plain(shares),
        "settling": plain(wallet.settling_amount),
    }
    held = wallet.reserved_amount or wallet.deployed_amount or wallet.settling_amount
    # Until the run has ended, an execution in progress may still plan orders.
    return bool(orders or positions or held or strategy.status not in AT_REST)


async def _reasons(session: WriteSession, strategy: Strategy, wallet: StrategyWallet) -> list[str]:
    """A sentence for each thing that is left."""
    reasons = await _unsold(session, strategy.id)
    orders = await session.scalars(
        select(Order)
        .where(Order.strategy_id == strategy.id, Order.final_at.is_(None))
        .order_by(Order.created_at)
        .limit(REASONS_MAX)
    )
    reasons += [
        f"an order for {order.outcome} in “{order.question}” is {order.status} since {_minute(order.updated_at)}"
        for order in orders
    ]
    if wallet.settling_amount:
        reasons.append(f"{plain(wallet.settling_amount)} USDC of sales are not final at the venue")
    if strategy.status not in AT_REST:
        reasons.append("the strategy is still stopping")
    return reasons[:REASONS_MAX]


async def _unsold(session: WriteSession, strategy_id: UUID) -> list[str]:
    open_request = (ExitRequest.position_id == Position.id) & ExitRequest.done_at.is_(None)
    rows = await session.execute(
        select(Position, ExitRequest)
        .outerjoin(ExitRequest, open_request & (ExitRequest.rule == FLATTEN))
        .where(Position.strategy_id == strategy_id, Position.closed_at.is_(None))
        .order_by(Position.opened_at)
        .limit(REASONS_MAX)
    )
    return [_unsold_sentence(position, request) for position, request in rows.all()]


def _unsold_sentence(position: Position, request: ExitRequest | None) -> str:
    what = f"{plain(position.shares)} shares of {position.outcome} in “{position.question}”"
    if request is None:
        return f"{what} were not offered for sale"
    why = request.failure or "nobody bids for them"
    return f"{what} could not be sold since {_minute(request.created_at)}: {why}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


async def _finish(
    session: WriteSession, withdrawal: Withdrawal, status: str, reasons: list[str], now: datetime
) -> None:
    withdrawal.status, withdrawal.reasons, withdrawal.finished_at = status, reasons, now
    amount = in_cents(withdrawal.returned_amount)
    message = f"Withdrawn: {amount} USDC went back to the account"
    if status != "complete":
        message = f"Withdrawn in part: {amount} USDC went back; {'; '.join(reasons)}"[:1000]
    await _tell(session, withdrawal, f"withdrawal_{status}", message)


async def _tell(session: WriteSession, withdrawal: Withdrawal, kind: str, message: str) -> None:
    await add_event(
        session,
        user_id=withdrawal.user_id,
        strategy_id=withdrawal.strategy_id,
        kind=kind,
        message=message,
        data={"withdrawal_id": str(withdrawal.id), "returned_amount": plain(withdrawal.returned_amount)},
    )


async def withdraws(session: ReadSession | WriteSession, strategy_id: UUID) -> bool:
    """Whether a withdrawal of the strategy is on."""
    running = exists().where(Withdrawal.strategy_id == strategy_id, Withdrawal.finished_at.is_(None))
    return bool(await session.scalar(select(running)))
