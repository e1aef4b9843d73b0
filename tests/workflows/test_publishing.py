"""Publishing while a strategy runs, and what its nodes say of the markets it watches."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from api.strategies.edit_strategy import Edit, edit_strategy
from api.strategies.schemas import EditStrategy, SettingsParts
from contracts.strategy import PublishVersion
from db.models import StrategyExecution, StrategyVersion, StrategyWatchlist
from domain.graph.graph import Graph, Node
from domain.strategy.schedule_window import Schedule, Window
from tests.engine import Engine
from tests.fixed_markets import a_market
from tests.workflows.graphs import chain, watching
from tests.workflows.held_evaluation import while_evaluating

EDITS = 100


def _above(volume: int) -> Graph:
    return chain(
        Node(id="stream", type="stream_markets", config={"tag": "politics", "volume_min": str(volume)}),
        Node(id="add", type="add_to_watchlist", config={}),
    )


async def _edit(engine: Engine, strategy: UUID, user: UUID, volume: int) -> int:
    """As the route does it; the number of the new version."""
    edit = Edit(user, strategy, datetime.now(UTC), "sandbox", 30)
    request = EditStrategy(graph=_above(volume).model_dump(mode="json", exclude_none=True))
    view = await edit_strategy(engine.database, engine.gateway, request, edit)
    assert view.status == "running"
    return view.version.number


async def test_a_hundred_edits_under_load_lose_no_execution_and_each_has_its_version(engine: Engine) -> None:
    strategy = await engine.create(watching())
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    published = [2]
    asked: dict[int, tuple[int, int]] = {}
    done = asyncio.Event()

    async def run_all_the_time() -> None:
        while not done.is_set():
            before = published[-1]
            answer = await engine.run_now(strategy)
            await engine.executed(strategy, answer.number)
            if not answer.coalesced:
                asked[answer.number] = (before, published[-1])

    published[0] = await _edit(engine, strategy, user, 2)
    async with asyncio.TaskGroup() as group:
        group.create_task(run_all_the_time())
        for volume in range(3, EDITS + 2):
            published.append(await _edit(engine, strategy, user, volume))
        done.set()
    last = await engine.run_now(strategy)
    await engine.executed(strategy, last.number)

    assert published == list(range(2, EDITS + 2))
    async with engine.database.read() as session:
        rows = await session.execute(
            select(StrategyExecution.number.label("execution"), StrategyVersion.number.label("version"))
            .join(StrategyVersion, StrategyVersion.id == StrategyExecution.version_id)
            .where(StrategyExecution.strategy_id == strategy, StrategyExecution.step == 0)
            .order_by(StrategyExecution.number)
        )
        versions = {row.execution: row.version for row in rows}
    assert list(versions) == list(range(1, last.number + 1))
    assert len(asked) >= 3, "executions ran beside the edits"
    for number, (before, after) in asked.items():
        # A version may be committed before its edit has been answered: at most one more than was known.
        assert before <= versions[number] <= after + 1
    assert versions[last.number] == EDITS + 1
    row = await engine.row(strategy)
    assert (row.status, row.total_executions, row.failed_executions) == ("running", last.number, 0)
    await engine.stop(strategy)


async def test_a_published_schedule_moves_the_execution_that_is_waited_for(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=3600)
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)

    async def publish(schedule: Schedule) -> datetime:
        edit = Edit(user, strategy, datetime.now(UTC), "sandbox", 30)
        request = EditStrategy(settings=SettingsParts(schedule=schedule))
        view = await edit_strategy(engine.database, engine.gateway, request, edit)
        assert view.next_execution_at is not None
        assert view.next_executions[0] == view.next_execution_at
        assert (await engine.state(strategy)).next_execution_at == view.next_execution_at
        return view.next_execution_at

    opening = datetime.now(UTC) + timedelta(hours=3)
    hours = Schedule(windows=(Window(start=time(opening.hour), end=time((opening.hour + 1) % 24)),))
    assert await publish(hours) - datetime.now(UTC) > timedelta(hours=1, minutes=30)
    assert await publish(Schedule()) - datetime.now(UTC) <= timedelta(hours=1)
    assert (await engine.row(strategy)).last_number == 1
    await engine.stop(strategy)


async def test_settings_published_during_an_execution_are_not_undone_by_its_answer(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    version = (await engine.row(strategy)).version_id
    assert version is not None
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    publish = PublishVersion(version_id=version, name="Another name", interval_seconds=3600)
    async with while_evaluating(engine, strategy):
        # The books say what the execution read before somebody saved.
        await engine.gateway.publish_version(strategy, publish)
        number = (await engine.state(strategy)).number
    await engine.executed(strategy, number)
    state = await engine.state(strategy)
    assert (state.interval_seconds, state.executing, state.number) == (3600, False, number)
    assert state.next_execution_at is not None
    assert state.next_execution_at - datetime.now(UTC) > timedelta(minutes=20)
    await engine.stop(strategy)


async def test_entries_remember_what_each_node_last_said_of_their_market(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    first = {e.market_id: e for e in await engine.rows(StrategyWatchlist, strategy)}
    assert set(first["m1"].verdicts) >= {"stream", "add"}
    said = first["m1"].verdicts["add"]
    assert (said["number"], said["port"]) == (1, "out")
    assert said["sentence"]
    assert datetime.now(UTC) - datetime.fromisoformat(said["at"]) < timedelta(minutes=1)

    await engine.run_now(strategy)
    await engine.executed(strategy, 2)
    second = {e.market_id: e for e in await engine.rows(StrategyWatchlist, strategy)}
    assert second["m1"].verdicts["add"]["number"] == 2, "already on the watchlist: other words"
    assert second["m1"].verdicts["stream"] == first["m1"].verdicts["stream"], "the same words"

    engine.markets.all["m1"] = a_market("m1", volume="777777")
    await engine.run_now(strategy)
    await engine.executed(strategy, 3)
    third = {e.market_id: e for e in await engine.rows(StrategyWatchlist, strategy)}
    assert third["m1"].verdicts["add"] == second["m1"].verdicts["add"]
    await engine.stop(strategy)
