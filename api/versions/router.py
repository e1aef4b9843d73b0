"""Versions over HTTP, and strategies as files."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from api.dependencies import CurrentUser, Now, Parts
from api.once import OnceOnly
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.problem import Problem
from api.strategies.create_strategy import Creation
from api.strategies.edit_strategy import Edit
from api.strategies.schemas import StrategyView
from api.versions.change_versions import publish_version, restore_version, save_draft
from api.versions.import_strategy import import_strategy
from api.versions.read_versions import (
    NUMBER_MAX,
    compare_versions,
    export_strategy,
    list_versions,
    read_version,
)
from api.versions.schemas import (
    ImportStrategy,
    PublishVersion,
    RestoreVersion,
    SaveVersion,
    StrategyFile,
    VersionDetail,
    VersionDiff,
    VersionRow,
)

router = APIRouter(prefix="/strategies", tags=["versions"])
ONE = "/{strategy_id}/versions"
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX, description="of the version, from 1")]


def edit_for(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> Edit:
    return Edit(
        user_id=user.id,
        strategy_id=strategy_id,
        now=now,
        source=parts.source,
        min_interval_seconds=parts.min_interval_seconds,
        formulas=parts.formulas,
    )


Edited = Annotated[Edit, Depends(edit_for)]


@router.post("/import", status_code=201, response_model=StrategyView, responses=CONFLICT)
async def import_file(
    body: ImportStrategy, parts: Parts, user: CurrentUser, now: Now, once: OnceOnly
) -> Response:
    """A new draft strategy from an exported file."""
    creation = Creation(
        user_id=user.id,
        strategy_id=once.new_id("strategy"),
        now=now,
        source=parts.source,
        min_interval_seconds=parts.min_interval_seconds,
        formulas=parts.formulas,
        paper_balance=parts.paper_balance,
    )
    return await once(201, lambda: import_strategy(parts.database, parts.gateway, body, creation))


@router.get("/{strategy_id}/export")
async def export(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    response: Response,
    version: Annotated[int | None, Query(ge=1, le=NUMBER_MAX, description="none: the published one")] = None,
) -> StrategyFile:
    """Name, graph and settings as a file that `import` reads."""
    response.headers["Content-Disposition"] = f'attachment; filename="strategy-{strategy_id}.json"'
    return await export_strategy(parts.database, user.id, strategy_id, version)


@router.get(ONE)
async def list_versions_of(
    strategy_id: UUID, parts: Parts, user: CurrentUser, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[VersionRow]:
    """Newest first."""
    return await list_versions(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)


@router.post(ONE, status_code=201, response_model=VersionDetail, responses=CONFLICT)
async def save(body: SaveVersion, edited: Edited, parts: Parts, once: OnceOnly) -> Response:
    """Saves a draft: nothing that runs changes. A graph that cannot run yet is kept too; `problems` says why."""
    return await once(201, lambda: save_draft(parts.database, body, edited))


@router.get(ONE + "/{number}")
async def read_one(strategy_id: UUID, number: Number, parts: Parts, user: CurrentUser) -> VersionDetail:
    return await read_version(parts.database, user.id, strategy_id, number, parts.formulas)


@router.post(ONE + "/{number}/publish", response_model=StrategyView, responses=CONFLICT)
async def publish(
    number: Number, edited: Edited, parts: Parts, once: OnceOnly, body: PublishVersion | None = None
) -> Response:
    """Executions from the next one on are made of this version, without a pause."""
    adopt = body is not None and body.open_positions == "adopt"
    return await once(
        200, lambda: publish_version(parts.database, parts.gateway, number, edited, adopt=adopt)
    )


@router.post(ONE + "/{number}/restore", status_code=201, response_model=VersionDetail, responses=CONFLICT)
async def restore(
    number: Number, edited: Edited, parts: Parts, once: OnceOnly, body: RestoreVersion | None = None
) -> Response:
    """Copies this version under a new number, as a draft or published."""
    wanted = body or RestoreVersion()
    return await once(
        201,
        lambda: restore_version(parts.database, parts.gateway, number, edited, publish=wanted.publish),
    )


@router.get(ONE + "/{number}/diff/{other}")
async def diff(
    strategy_id: UUID, number: Number, other: Number, parts: Parts, user: CurrentUser
) -> VersionDiff:
    """What changed from version `number` to version `other`."""
    return await compare_versions(parts.database, user.id, strategy_id, number, other)
