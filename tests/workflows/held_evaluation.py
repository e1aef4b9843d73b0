"""An evaluation that cannot go on until the test lets it: what is said meanwhile is newer than what it reads or has read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from db.models import Strategy
from tests.engine import Engine
from tests.eventually import eventually


@asynccontextmanager
async def while_evaluating(engine: Engine, strategy: UUID, **changed: Any) -> AsyncIterator[None]:
    """An evaluation is under way and reads the books, with what is `changed` in them, when the block ends."""
    async with engine.database.write() as session:
        await session.execute(text("LOCK TABLE strategies IN ACCESS EXCLUSIVE MODE"))
        if changed:
            await session.execute(update(Strategy).where(Strategy.id == strategy).values(**changed))

        async def evaluating() -> bool:
            return (await engine.state(strategy)).executing

        await eventually(evaluating)
        yield
