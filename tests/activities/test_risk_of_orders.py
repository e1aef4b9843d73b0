"""Orders under limits, halts and losses, by the activities as the worker runs them; each of them twice."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from temporalio.testing import ActivityEnvironment

from activities.order_tracking import OrderTracking
from activities.strategy_records import StrategyRecords
from api.trading_state.schemas import SetTradingState
from api.trading_state.set_trading_state import set_trading_state
from contracts.evaluation import RecordStatus
from contracts.order import OrderInput
from db.models import Order, Position, RiskLimit, StrategyEvent, StrategyTrade, StrategyWallet
from domain.money import Price
from domain.risk.trading_state import TradingState
from tests.activities.test_orders_in_trouble import books, planned, post, reserve, the_one, utc_now
from tests.engine import Engine

__all__ = ["books"]


async def halt(books: Engine, request: OrderInput, state: TradingState = "halted") -> int:
    user = (await books.row(request.strategy_id)).user_id
    done = await set_trading_state(
        books.database, books.gateway, user, SetTradingState(state=state), utc_now()
    )
    return done.released_orders


async def wallet(books: Engine, request: OrderInput) -> StrategyWallet:
    found: StrategyWallet = await the_one(books, StrategyWallet, request.strategy_id)
    return found


async def order(books: Engine, request: OrderInput) -> Order:
    found: Order = await the_one(books, Order, request.strategy_id)
    return found


async def limit(books: Engine, request: OrderInput, **limits: Any) -> None:
    user = (await books.row(request.strategy_id)).user_id
    async with books.database.write() as session:
        await session.execute(
            insert(RiskLimit).values(
                id=uuid4(), user_id=user, strategy_id=request.strategy_id, limits=limits, pending=[]
            )
        )


async def test_an_order_above_the_largest_is_denied_once_with_its_numbers(books: Engine) -> None:
    request = await planned(books)
    await limit(books, request, order_amount_max="99.5")
    for _ in range(2):
        step = await reserve(books, request)
        assert (step.status, step.final) == ("denied", True)
    denied = await order(books, request)
    assert denied.status_rule == "max_order"
    checks = {check["rule"]: check for check in denied.risk_checks}
    assert (checks["max_order"]["limit"], checks["max_order"]["actual"]) == ("99.5 USDC", "100 USDC")
    assert [check for check in checks.values() if not check["passed"]] == [checks["max_order"]]
    events = await books.rows(StrategyEvent, request.strategy_id)
    assert [event.kind for event in events].count("order_denied") == 1


async def test_a_thin_book_beyond_the_slippage_limit_denies_the_order(books: Engine) -> None:
    request = await planned(books)
    await limit(books, request, slippage_ratio_max="0.002")
    books.markets.depth = Decimal(80)
    assert (await reserve(books, request)).status == "denied"
    assert (await order(books, request)).status_rule == "max_slippage"


async def test_a_reserved_order_is_held_to_the_slippage_limit_at_the_venue(books: Engine) -> None:
    request = await planned(books)
    await limit(books, request, slippage_ratio_max="0.002")
    assert (await reserve(books, request)).status == "reserved"
    books.markets.depth = Decimal(80)
    assert (await post(books, request)).status == "matched"
    bought = await order(books, request)
    assert bought.filled_shares == 80, "only the best level is within two per mille"


async def test_while_halted_nothing_is_reserved(books: Engine) -> None:
    request = await planned(books)
    await halt(books, request)
    assert (await reserve(books, request)).status == "denied"
    assert (await order(books, request)).status_rule == "trading_state"


async def test_while_reducing_entries_are_denied(books: Engine) -> None:
    request = await planned(books)
    await halt(books, request, "reducing")
    assert (await reserve(books, request)).status == "denied"


async def test_a_halt_releases_what_is_reserved_and_it_is_never_posted(books: Engine) -> None:
    request = await planned(books)
    await reserve(books, request)
    assert await halt(books, request) == 1
    assert await halt(books, request) == 0
    for _ in range(2):
        step = await post(books, request)
        assert (step.status, step.final) == ("cancelled", True)
    freed = await wallet(books, request)
    assert (freed.available_amount, freed.reserved_amount) == (Decimal(500), Decimal(0))
    assert (await the_one(books, StrategyTrade, request.strategy_id)).status == "cancelled"


async def test_a_halt_while_the_venue_is_asked_ends_the_order_without_a_trade(books: Engine) -> None:
    request = await planned(books)
    await reserve(books, request)
    asked, go_on = asyncio.Event(), asyncio.Event()
    look = books.markets.books

    async def slow(*arguments: Any) -> Any:
        asked.set()
        await go_on.wait()
        return await look(*arguments)

    books.markets.books = slow  # type: ignore[assignment, method-assign]
    posting = asyncio.create_task(post(books, request))
    await asked.wait()
    assert (await order(books, request)).status == "posting"
    assert await halt(books, request) == 0
    go_on.set()
    step = await posting
    assert (step.status, step.final) == ("cancelled", True)
    assert (await order(books, request)).filled_shares == 0
    assert (await wallet(books, request)).available_amount == 500


async def test_an_order_that_crashed_while_posting_is_matched_once_by_the_next_attempt(books: Engine) -> None:
    request = await planned(books)
    await reserve(books, request)
    async with books.database.write() as session:
        await session.execute(
            update(Order).where(Order.id == request.order_id).values(status="posting", halt_epoch=0)
        )
    first, second = await asyncio.gather(post(books, request), post(books, request))
    assert {first.status, second.status} == {"matched"}
    track = OrderTracking(books.database, utc_now).track_order
    for _ in range(2):
        await ActivityEnvironment().run(track, request)
    position = await the_one(books, Position, request.strategy_id)
    bought = await order(books, request)
    assert position.shares == bought.filled_shares
    assert (await wallet(books, request)).deployed_amount == bought.filled_amount + bought.fee
    assert bought.reserved_left == 0


async def test_a_halted_order_that_crashed_while_posting_is_cancelled_by_the_next_attempt(
    books: Engine,
) -> None:
    request = await planned(books)
    await reserve(books, request)
    async with books.database.write() as session:
        await session.execute(
            update(Order).where(Order.id == request.order_id).values(status="posting", halt_epoch=0)
        )
    await halt(books, request)
    assert (await post(books, request)).status == "cancelled"


async def second_order(books: Engine, request: OrderInput) -> OrderInput:
    """Another planned order of the same strategy, like the first."""
    made = uuid4()
    async with books.database.write() as session:
        first = await session.get_one(Order, request.order_id)
        copied = {
            column.name: getattr(first, column.name)
            for column in Order.__table__.columns
            if column.name not in ("id", "status", "created_at", "final_at", "risk_checks")
            and not column.name.startswith(("reserved", "filled", "fee", "average", "book", "halt", "venue"))
        }
        await session.execute(
            insert(Order).values(**(copied | {"id": made, "number": 2, "created_at": utc_now()}))
        )
    return OrderInput(order_id=made, strategy_id=request.strategy_id)


async def test_at_the_daily_loss_limit_the_strategy_is_paused_with_the_reason_and_told_once(
    books: Engine,
) -> None:
    request = await planned(books)
    await reserve(books, request)
    await post(books, request)
    await ActivityEnvironment().run(OrderTracking(books.database, utc_now).track_order, request)
    fallen = books.markets.all["m1"]
    yes = fallen.outcomes[0].model_copy(update={"price": Price(Decimal("0.10"))})
    books.markets.all["m1"] = fallen.model_copy(update={"outcomes": (yes, fallen.outcomes[1])})
    again = await second_order(books, request)
    await limit(books, request, daily_loss_ratio_max="0.1")
    for _ in range(2):
        assert (await reserve(books, again)).status == "denied"
    row = await books.row(request.strategy_id)
    assert row.desired_state == "paused"
    assert "daily limit of 50 USDC" in (row.pause_reason or "")
    kinds = [event.kind for event in await books.rows(StrategyEvent, request.strategy_id)]
    assert kinds.count("daily_loss_limit") == 1
    await record_paused(books, request.strategy_id)
    assert "daily limit of 50 USDC" in ((await books.row(request.strategy_id)).status_reason or "")


async def record_paused(books: Engine, strategy: UUID) -> None:
    """What the workflow writes once it has heard."""
    record = RecordStatus(
        strategy_id=strategy,
        run_seq=1,
        status="paused",
        reason=None,
        uptime_seconds="1",
        running_since=None,
        next_execution_at=None,
        at=utc_now(),
    )
    await ActivityEnvironment().run(StrategyRecords(books.database).record_status, record)
