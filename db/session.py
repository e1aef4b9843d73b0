"""Database access. A read session cannot be given to a function that writes: mypy says no."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NewType

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from db.json_text import json_text
from db.listen_connection import listening
from db.prepared_statements import PreparedStatements

ReadSession = NewType("ReadSession", AsyncSession)
"""Reads what is committed, statement by statement; the server refuses writes."""
WriteSession = NewType("WriteSession", AsyncSession)
"""One transaction, committed when the block ends without an exception. Nobody calls commit()."""


def _is_lost(context: ExceptionContext) -> bool:
    error = context.original_exception
    # SQLAlchemy calls these a disconnect, and gives up that one connection; they say nothing about the others.
    if isinstance(error, (TimeoutError, asyncio.CancelledError)):
        return False
    # asyncpg raises these, not a disconnect error, for a query in flight when the server is killed.
    return context.is_disconnect or isinstance(error, (asyncpg.InternalClientError, OSError))


def async_url(url: str) -> str:
    """The same address for SQLAlchemy's asyncpg dialect."""
    for prefix in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    raise ValueError("CASCADIAN_DATABASE_URL must begin with postgresql://")


class Database:
    """Pools of connections to one Postgres database, `pool_size` each: for reading, for writing, for what runs all the time."""

    def __init__(self, url: str, pool_size: int = 10, statement_timeout_ms: int = 30_000) -> None:
        self._url = url
        always = {"statement_timeout": str(statement_timeout_ms), "timezone": "UTC"}

        def engine(settings: dict[str, str], **options: Any) -> AsyncEngine:
            made = create_async_engine(
                async_url(url),
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=10,
                json_serializer=json_text,
                json_deserializer=orjson.loads,
                connect_args={
                    "timeout": 5,
                    "server_settings": {**always, **settings},
                },
                **options,
            )
            event.listen(made.sync_engine, "handle_error", self._lost_connection)
            return made

        self._engine = engine({})
        # Every statement sees what is committed then, as it would in a transaction of its own: BEGIN and ROLLBACK around
        # reads would only be two more round trips. The server refuses writes.
        self._reader = engine({"default_transaction_read_only": "on"}, isolation_level="AUTOCOMMIT")
        self.prepared = PreparedStatements(async_url(url), pool_size, always)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False)

    def _lost_connection(self, context: ExceptionContext) -> None:
        """The server was away: no idle connection of either pool is good any more."""
        if not _is_lost(context):
            return
        context.is_disconnect = True
        for engine in (self._engine, self._reader):
            if engine.sync_engine is not context.engine:
                engine.sync_engine.dispose(close=False)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with self._read_sessions() as session:
            yield ReadSession(session)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        async with self._sessions.begin() as session:
            yield WriteSession(session)

    async def raw(self) -> Any:
        """A SQLAlchemy connection of its own, for LISTEN and session locks; the caller closes it."""
        return await self._engine.connect()

    def listening(
        self, application_name: str, channel: str, heard: Callable[[str], None], lost: Callable[[], None]
    ) -> AbstractAsyncContextManager[Any]:
        """A connection of its own: `heard(payload)` for each notification, `lost()` once when it ends."""
        return listening(self._url, application_name, channel, heard, lost)

    async def close(self) -> None:
        await self.prepared.close()
        await self._engine.dispose()
        await self._reader.dispose()
