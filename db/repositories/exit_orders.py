"""One position as its guard sees it, under lock: what is held, who wants to sell, and the orders that try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from db.models import ExitRequest, LedgerEntry, Order, OrderFill, Position, PositionLot, Strategy
from db.repositories.accounts import Owner, lock_account, lock_money
from db.repositories.dust import write_off
from db.repositories.events import add_event
from db.repositories.exit_requests import begin_try, open_requests
from db.repositories.orders import lock_order
from db.repositories.position_exits import keep_strategy, lock_for_exit, read_exits
from db.session import ReadSession, WriteSession
from domain.errors import DomainError
from domain.ids import exit_order_id, fill_id
from domain.money import Shares, Usdc, plain
from domain.portfolio.exit_plan import URGENCY, ExitWish

UNSETTLED = ("matched", "mined")
TRIES_LOOKED_AT = 12


class OrdersChanged(DomainError):
    """Something was written between the look and the locks, or by this very look: look again."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """`orders`: its sell orders that are not final, locked. `requests`: open ones, oldest first. `kinds`: of its rules."""

    position: Position
    orders: dict[UUID, Order]
    requests: list[ExitRequest]
    kinds: dict[str, str]

    def wish(self, request: ExitRequest) -> ExitWish:
        return ExitWish(
            id=request.id,
            kind=kind_of(request, self.kinds),
            asked_at=request.triggered_at,
            shares=Shares(request.shares) if request.shares is not None else None,
            part_ratio=request.part_ratio,
            wanted=Shares(request.shares_wanted) if request.shares_wanted is not None else None,
            sold=Shares(request.shares_sold),
            next_attempt_at=request.next_attempt_at,
        )


def kind_of(request: ExitRequest, kinds: dict[str, str]) -> str:
    """Where it stands in the order of urgency. A rule that is gone is known by its name."""
    rule = request.rule
    if rule == "user":
        return "resting" if request.order_type == "limit" else "user"
    if rule.startswith("node:"):
        return "node"
    return kinds.get(rule) or next((kind for kind in URGENCY if rule.startswith(kind)), "stop_loss")


async def lock_guarded(session: WriteSession, position_id: UUID) -> Guarded | None:
    """None when the position is gone. Raises OrdersChanged when it must be asked again, in a new transaction."""
    before = await _open_sales(session, position_id)
    for order_id in before:
        await lock_order(session, order_id)
    position = await lock_for_exit(session, position_id)
    if position is None:
        return None
    now = await _open_sales(session, position_id)
    if not set(now) <= set(before):
        raise OrdersChanged("a sell order was written meanwhile")
    orders = {order_id: await session.get_one(Order, order_id) for order_id in now}
    return Guarded(
        position=position,
        orders=orders,
        requests=await open_requests(session, position_id),
        kinds={row.rule: str(row.settings["kind"]) for row in await read_exits(session, position_id)},
    )


async def _open_sales(session: WriteSession, position_id: UUID) -> Sequence[UUID]:
    rows = await session.scalars(
        select(Order.id)
        .where(Order.position_id == position_id, Order.side == "SELL", Order.final_at.is_(None))
        .order_by(Order.created_at, Order.id)
    )
    return list(rows)


async def sold_by(session: ReadSession | WriteSession, request_id: UUID) -> Shares:
    """Shares that all tries of a request sold."""
    total = await session.scalar(
        select(func.coalesce(func.sum(Order.filled_shares), 0)).where(Order.exit_request_id == request_id)
    )
    return Shares(Decimal(total or 0))


async def fruitless_tries(session: ReadSession | WriteSession, request: ExitRequest) -> int:
    """How many of the last tries in a row sold nothing; counted up to TRIES_LOOKED_AT."""
    rows = await session.scalars(
        select(Order.filled_shares)
        .where(Order.exit_request_id == request.id, Order.position_id == request.position_id)
        .order_by(Order.attempt.desc())
        .limit(TRIES_LOOKED_AT)
    )
    count = 0
    for filled in rows:
        if filled > 0:
            break
        count += 1
    return count


async def unsettled_shares(session: ReadSession | WriteSession, position_id: UUID) -> Shares:
    """Bought, and not final at the venue yet: they cannot be sold. None of them on paper."""
    total = await session.scalar(
        select(func.coalesce(func.sum(OrderFill.shares), 0))
        .join(PositionLot, PositionLot.entry_order_id == OrderFill.order_id)
        .where(
            PositionLot.position_id == position_id,
            PositionLot.shares_left > 0,
            OrderFill.venue_status.in_(UNSETTLED),
        )
    )
    return Shares(Decimal(total or 0))


async def plan_sale(
    session: WriteSession,
    guarded: Guarded,
    request: ExitRequest,
    shares: Shares,
    wanted: Shares,
    now: datetime,
) -> UUID:
    """Writes the next sell order of a request, or fits the one that its node has written; answers its id."""
    written = guarded.orders.get(request.order_id) if request.order_id is not None else None
    if written is not None and written.status == "planned":
        written.shares, written.updated_at = shares, now
        order_id = written.id
    else:
        order_id = exit_order_id(request.id, request.attempts)
        session.add(await _sale(session, guarded.position, request, order_id, shares, now))
    await begin_try(session, request, order_id, wanted, now)
    return order_id


async def _sale(
    session: WriteSession,
    position: Position,
    request: ExitRequest,
    order_id: UUID,
    shares: Shares,
    now: datetime,
) -> Order:
    """It carries the place in the graph where its position was bought: rules and people have none of their own."""
    entry = (
        await session.scalars(
            select(Order)
            .join(PositionLot, PositionLot.entry_order_id == Order.id)
            .where(PositionLot.position_id == position.id)
            .order_by(PositionLot.opened_at.desc(), PositionLot.id)
            .limit(1)
        )
    ).one()
    limit = request.order_type == "limit"
    return Order(
        id=order_id,
        user_id=position.user_id,
        strategy_id=position.strategy_id,
        number=entry.number,
        step=entry.step,
        node_id=entry.node_id,
        mode=position.mode,
        source=position.source,
        market_id=position.market_id,
        condition_id=position.condition_id,
        event_id=position.event_id,
        question=position.question,
        token_id=position.token_id,
        outcome=position.outcome,
        side="SELL",
        order_type=request.order_type,
        time_in_force="GTC" if limit else "FAK",
        amount=Decimal(0),
        shares=shares,
        position_id=position.id,
        exit_request_id=request.id,
        attempt=request.attempts,
        slippage_max=None if limit else request.slippage_max,
        limit_price=request.limit_price if limit else request.price_floor,
        reason=request.reason,
        created_at=now,
        updated_at=now,
    )


async def write_off_rest(session: WriteSession, position_id: UUID, now: datetime) -> bool:
    """Closes a position of which too little is left to sell. False: it has more, or something of it is offered."""
    found = (
        await session.execute(
            select(Position.user_id, Position.mode, Position.strategy_id).where(Position.id == position_id)
        )
    ).first()
    if found is None:
        return False
    owner = Owner(found.user_id, found.mode)
    await lock_account(session, owner)
    await keep_strategy(session, found.strategy_id)
    money = await lock_money(session, owner, (found.strategy_id,))
    position = await lock_for_exit(session, position_id)
    if position is None or position.closed_at is not None:
        return False
    return await write_off(session, money, position, now)


async def profit_of(session: ReadSession | WriteSession, order: Order) -> Usdc:
    """Profit or loss, after fees, that the fills of a sell order realised, as the ledger has it."""
    trades = await session.scalars(select(OrderFill.venue_trade_id).where(OrderFill.order_id == order.id))
    references = [fill_id(order.id, trade) for trade in trades]
    rows = await session.execute(
        select(LedgerEntry.side, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.reference_id.in_(references), LedgerEntry.account == "realised_pnl")
        .group_by(LedgerEntry.side)
    )
    sums = {row[0]: row[1] for row in rows}
    return Usdc(sums.get("credit", Decimal(0)) - sums.get("debit", Decimal(0)))


async def tell_exit(session: WriteSession, order: Order, request: ExitRequest, *, closed: bool) -> None:
    """The timeline says what was sold, and what it brought."""
    profit = await profit_of(session, order)
    name = await session.scalar(select(Strategy.name).where(Strategy.id == order.strategy_id))
    cents = abs(profit).quantize(Decimal("0.01"))
    sign, word = ("-", "loss") if profit < 0 else ("+", "profit")
    part = "" if closed else f"{plain(order.filled_shares)} shares of "
    await add_event(
        session,
        user_id=order.user_id,
        strategy_id=order.strategy_id,
        kind="trade_exited",
        message=f"Strategy '{name}' sold {part}{order.outcome.upper()} in “{order.question}” for {sign}${cents} {word}",
        data={
            "order_id": str(order.id),
            "position_id": str(order.position_id),
            "exit_request_id": str(request.id),
            "rule": request.rule,
            "reason": request.reason,
            "market_id": order.market_id,
            "outcome": order.outcome,
            "shares": plain(order.filled_shares),
            "price": plain(order.average_price) if order.average_price is not None else None,
            "profit": plain(profit),
            "closed": closed,
        },
    )
