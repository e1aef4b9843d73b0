"""Strategies over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.dependencies import CurrentUser, Now, Parts
from api.once import OnceOnly
from api.page import LIMIT_DEFAULT, Cursor, Limit
from api.problem import Problem
from api.strategies.command_strategy import (
    Command,
    pause_strategy,
    resume_strategy,
    start_strategy,
    stop_strategy,
)
from api.strategies.create_strategy import Creation, create_strategy
from api.strategies.delete_strategy import delete_strategy
from api.strategies.edit_strategy import Edit, edit_strategy
from api.strategies.read_state import read_state
from api.strategies.read_strategy import list_strategies, read_graph, read_strategy
from api.strategies.run_strategy import run_strategy
from api.strategies.schemas import (
    CreateStrategy,
    EditStrategy,
    GraphView,
    RunView,
    StateView,
    StopStrategy,
    StrategyPage,
    StrategySort,
    StrategyStatus,
    StrategyView,
)

router = APIRouter(prefix="/strategies", tags=["strategies"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}


def command_for(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now, once: OnceOnly) -> Command:
    return Command(user.id, strategy_id, now, parts.source, once.first_time)


Commanded = Annotated[Command, Depends(command_for)]


@router.get("")
async def list_all(
    parts: Parts,
    user: CurrentUser,
    now: Now,
    status: StrategyStatus | None = None,
    sort: Annotated[StrategySort, Query(description="performance: by ROI of closed trades")] = "most_active",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> StrategyPage:
    """The user's strategies. `most_active`: last activity first. `on_time` is null here."""
    return await list_strategies(
        parts.database,
        user.id,
        status=status,
        sort=sort,
        limit=limit,
        cursor=cursor,
        source=parts.source,
        now=now,
    )


@router.post("", status_code=201, response_model=StrategyView, responses=CONFLICT)
async def create(body: CreateStrategy, parts: Parts, user: CurrentUser, now: Now, once: OnceOnly) -> Response:
    """Creates a strategy from a template or a graph; with `start` it begins at once."""
    creation = Creation(
        user_id=user.id,
        strategy_id=once.new_id("strategy"),
        now=now,
        source=parts.source,
        min_interval_seconds=parts.min_interval_seconds,
        formulas=parts.formulas,
        paper_balance=parts.paper_balance,
    )
    return await once(201, lambda: create_strategy(parts.database, parts.gateway, body, creation))


@router.get("/{strategy_id}")
async def read(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> StrategyView:
    return await read_strategy(parts.database, user.id, strategy_id, parts.source, now)


@router.patch("/{strategy_id}")
async def edit(
    strategy_id: UUID, body: EditStrategy, parts: Parts, user: CurrentUser, now: Now
) -> StrategyView:
    """Changes settings or graph; what changed counts from the next execution."""
    edited = Edit(
        user_id=user.id,
        strategy_id=strategy_id,
        now=now,
        source=parts.source,
        min_interval_seconds=parts.min_interval_seconds,
        formulas=parts.formulas,
    )
    return await edit_strategy(parts.database, parts.gateway, body, edited)


@router.delete("/{strategy_id}", status_code=204, responses=CONFLICT)
async def delete(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> None:
    """Only drafts and stopped strategies that hold nothing; their capital goes back to the account."""
    await delete_strategy(parts.database, user.id, strategy_id, now)


@router.get("/{strategy_id}/graph")
async def graph(strategy_id: UUID, parts: Parts, user: CurrentUser) -> GraphView:
    """The graph of the current version."""
    return await read_graph(parts.database, user.id, strategy_id)


@router.get("/{strategy_id}/state")
async def state(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> StateView:
    """Asked of the running workflow; from the database, marked `stale`, while it does not answer."""
    return await read_state(parts.database, parts.gateway, user.id, strategy_id, now)


@router.post("/{strategy_id}/start", status_code=202, response_model=StrategyView, responses=CONFLICT)
async def start(command: Commanded, parts: Parts, once: OnceOnly) -> Response:
    """Starts a draft or a stopped strategy. `pending` until the engine runs it."""
    return await once(202, lambda: start_strategy(parts.database, parts.gateway, command))


@router.post("/{strategy_id}/pause", status_code=202, response_model=StrategyView, responses=CONFLICT)
async def pause(command: Commanded, parts: Parts, once: OnceOnly) -> Response:
    """Holds executions and continuations; what is under way goes on."""
    return await once(202, lambda: pause_strategy(parts.database, parts.gateway, command))


@router.post("/{strategy_id}/resume", status_code=202, response_model=StrategyView, responses=CONFLICT)
async def resume(command: Commanded, parts: Parts, once: OnceOnly) -> Response:
    """Goes on after a pause, or after an error that paused it."""
    return await once(202, lambda: resume_strategy(parts.database, parts.gateway, command))


@router.post("/{strategy_id}/stop", status_code=202, response_model=StrategyView, responses=CONFLICT)
async def stop(
    command: Commanded, parts: Parts, once: OnceOnly, body: StopStrategy | None = None
) -> Response:
    """Ends this run for good; Start begins a new one and goes on counting executions. The choice says what becomes of
    orders and positions; a stopped strategy can be told another one."""
    choice = body.choice if body is not None else None
    return await once(202, lambda: stop_strategy(parts.database, parts.gateway, command, choice))


@router.post("/{strategy_id}/run", response_model=RunView, responses=CONFLICT)
async def run_now(strategy_id: UUID, parts: Parts, user: CurrentUser, once: OnceOnly) -> Response:
    """One execution now, also while paused; answered when it has its number."""
    return await once(
        200,
        lambda: run_strategy(parts.database, parts.gateway, user.id, strategy_id, once.request_id),
    )
