"""Database access. A read session cannot be given to a function that writes: mypy says no."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, NewType

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

ReadSession = NewType("ReadSession", AsyncSession)
"""Runs in a read-only transaction."""
WriteSession = NewType("WriteSession", AsyncSession)
"""One transaction, committed when the block ends without an exception. Nobody calls commit()."""


def _encode(value: object) -> str:
    def default(unknown: object) -> str:
        # Never as float: prices in JSONB would silently lose digits.
        if isinstance(unknown, Decimal):
            return format(unknown, "f")
        raise TypeError(f"{type(unknown).__name__} has no JSON form here")

    return orjson.dumps(value, default=default, option=orjson.OPT_NON_STR_KEYS).decode()


def _mark_lost_connection(context: ExceptionContext) -> None:
    # asyncpg raises these, not a disconnect error, for a query in flight when the server is killed.
    if isinstance(context.original_exception, (asyncpg.InternalClientError, OSError)):
        context.is_disconnect = True


def async_url(url: str) -> str:
    """The same address for SQLAlchemy's asyncpg dialect."""
    for prefix in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    raise ValueError("CASCADIAN_DATABASE_URL must begin with postgresql://")


class Database:
    """A pool of connections to one Postgres database."""

    def __init__(self, url: str, pool_size: int = 10, statement_timeout_ms: int = 30_000) -> None:
        self._engine = create_async_engine(
            async_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            json_serializer=_encode,
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": 5,
                "server_settings": {"statement_timeout": str(statement_timeout_ms), "timezone": "UTC"},
            },
        )
        event.listen(self._engine.sync_engine, "handle_error", _mark_lost_connection)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with self._sessions() as session:
            await session.connection(execution_options={"postgresql_readonly": True})
            yield ReadSession(session)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        async with self._sessions.begin() as session:
            yield WriteSession(session)

    async def raw(self) -> Any:
        """A SQLAlchemy connection of its own, for LISTEN and session locks; the caller closes it."""
        return await self._engine.connect()

    async def close(self) -> None:
        await self._engine.dispose()
