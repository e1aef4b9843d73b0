"""What nodes ask for beyond market prices (positions, trades, holders), what they tell, and that it all can be replayed."""

import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from api.housekeeping import prune_evidence
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, Evaluated
from contracts.order import OrderInput
from db.models import Evidence, Strategy, StrategyEvent, StrategyExecution
from db.repositories.evidence import read_evidence
from db.repositories.positions import held_positions
from db.session import Database
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Edge, Graph, Node
from domain.market.activity import Holding, PublicTrade
from domain.money import Price, Shares
from domain.strategy.decision import Situation
from domain.strategy.run_decision import NotInEvidence, answers_from, run_decision
from domain.strategy.stored_evidence import evidence_from
from tests.engine import Engine
from tests.fixed_markets import FixedMarkets, a_market

WHALE = {
    "window": "1h",
    "holder_changes": True,
    "match": "all",
    "trades_net_min": "1000",
    "holders_net_min": "1000",
}


def following() -> Graph:
    """Buys where whales buy; tells about what is held already."""
    nodes = (
        Node(id="stream", type="stream_markets", config={"tag": "politics"}),
        Node(id="book", type="check_spread_depth", config={"spread_max": "0.1"}),
        Node(id="momentum", type="check_momentum"),
        Node(id="whales", type="whale_activity", config=WHALE),
        Node(id="held", type="position_held"),
        Node(id="buy", type="execute_trade", type_version=2, config={"outcome": "first", "amount": "100"}),
        Node(id="tell", type="notify", config={"message": "{question}: {position_shares} held, {reason}"}),
    )
    wires = (
        ("stream", "out", "book"),
        ("book", "true", "momentum"),
        ("momentum", "out", "whales"),
        ("whales", "buying", "held"),
        ("held", "false", "buy"),
        ("held", "true", "tell"),
    )
    return Graph(nodes=nodes, edges=tuple(Edge(source=a, source_port=port, target=b) for a, port, b in wires))


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def books(database: Database) -> Engine:
    """The engine's books without Temporal: activities are called directly."""
    gateway = TemporalGateway(
        address="127.0.0.1:1",
        namespace="default",
        task_queue="none",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )
    markets = FixedMarkets(a_market("m1"), a_market("m2"))
    markets.trades = (
        PublicTrade(
            condition_id="0xm1",
            token_id="m1-yes",
            wallet="0xa",
            side="BUY",
            price=Price(Decimal("0.4")),
            size=Shares(Decimal(5000)),
            at=utc_now(),
            transaction_hash="0x1",
        ),
    )
    markets.holdings = {"0xm1": (Holding(wallet="0xa", token_id="m1-yes", shares=Shares(Decimal(9000))),)}
    return Engine(database, gateway, markets, None, "none")  # type: ignore[arg-type]


async def wanted(books: Engine) -> UUID:
    strategy = await books.create(following())
    async with books.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == strategy).values(desired_state="running", run_seq=1)
        )
    return strategy


async def evaluated(books: Engine, strategy: UUID, number: int) -> Evaluated:
    activities = EvaluationActivities(books.database, books.markets, "sandbox", utc_now)
    now = utc_now()
    request = Evaluate(
        strategy_id=strategy, run_seq=1, number=number, trigger="schedule", scheduled_for=now, at=now
    )
    return await ActivityEnvironment().run(activities.evaluate, request)


async def bought(books: Engine, strategy: UUID) -> None:
    (order,) = (await evaluated(books, strategy, 1)).order_ids
    request = OrderInput(order_id=order, strategy_id=strategy)
    for step in (
        OrderReservation(books.database, books.markets, utc_now).reserve_order,
        OrderPosting(books.database, books.markets, utc_now).post_order,
        OrderTracking(books.database, utc_now).track_order,
    ):
        await ActivityEnvironment().run(step, request)


def digests(row: Any) -> list[str]:
    """Of all answers that the execution saw."""
    answers = [kept["answer"] for kept in row.evidence]
    return [
        digest
        for answer in answers
        for digest in (answer.values() if isinstance(answer, dict) else (answer,))
    ]


async def test_active_trades_are_positions(books: Engine) -> None:
    strategy = await wanted(books)
    assert await held_positions(books.database.prepared, strategy) == ()
    await bought(books, strategy)
    (held,) = await held_positions(books.database.prepared, strategy)
    assert (held.market_id, held.token_id, held.outcome) == ("m1", "m1-yes", "Yes")
    assert held.shares > 200
    assert held.cost > held.shares * held.entry_price > 99
    assert Decimal("0.40") < held.entry_price < Decimal("0.42")


async def test_a_notice_is_told_once_on_the_timeline(books: Engine) -> None:
    strategy = await wanted(books)
    await bought(books, strategy)
    answers = [await evaluated(books, strategy, 2) for _ in range(2)]
    assert [answer.order_ids for answer in answers] == [(), ()]
    events = await books.rows(StrategyEvent, strategy)
    (notice,) = [event for event in events if event.kind == "strategy_notice"]
    assert notice.message.startswith("Will m1 happen?: ")
    assert "held, holds " in notice.message
    assert notice.timeline
    assert notice.data == {"number": 2, "step": 0, "node_id": "tell", "market_id": "m1"}
    second = next(row for row in await books.rows(StrategyExecution, strategy) if row.number == 2)
    assert second.summary == "1 notice"


async def test_evidence_of_an_execution_that_only_told_something_stays(books: Engine) -> None:
    strategy = await wanted(books)
    await bought(books, strategy)
    await evaluated(books, strategy, 2)
    long_ago = datetime(2021, 3, 4, 12, tzinfo=UTC)
    rows = await books.rows(StrategyExecution, strategy)
    seen = {digest for row in rows if row.number == 2 for digest in digests(row)}
    async with books.database.write() as session:
        await session.execute(
            update(StrategyExecution)
            .where(StrategyExecution.strategy_id == strategy, StrategyExecution.number == 2)
            .values(started_at=long_ago)
        )
        await session.execute(update(Evidence).where(Evidence.digest.in_(seen)).values(day=long_ago.date()))
    await prune_evidence(books.database, long_ago.date(), long_ago.date() + timedelta(days=1))
    async with books.database.read() as session:
        assert set(await read_evidence(session, long_ago.date(), list(seen))) == seen


async def test_every_stored_execution_is_decided_the_same_again(books: Engine) -> None:
    strategy = await wanted(books)
    await bought(books, strategy)
    await evaluated(books, strategy, 2)
    rows = await books.rows(StrategyExecution, strategy)
    assert len(rows) == 2
    for row in rows:
        kinds = {kept["request"]["kind"] for kept in row.evidence}
        assert kinds == {"markets", "books", "price_histories", "trades", "holders", "positions"}
        async with books.database.read() as session:
            packed = await read_evidence(session, row.started_at.date(), digests(row))
        bodies = {digest: zlib.decompress(body) for digest, body in packed.items()}
        situation = Situation(strategy_id=strategy, number=row.number, step=0, now=row.started_at)
        recorded = evidence_from(row.evidence, bodies)
        decision, asked = run_decision(compile_graph(following()), situation, answers_from(recorded))
        assert len(asked) == len(recorded)
        stored = [
            {key: value for key, value in node.items() if key not in ("duration_ms", "error")}
            for node in row.nodes
        ]
        assert [node.model_dump(mode="json") for node in decision.nodes] == stored
        with pytest.raises(NotInEvidence):
            evidence_from(row.evidence, {})
