"""What drops the idle connections of a pool: a server that went away, not one that is slow for a moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import StatementError

from db.session import Database


class Passage:
    """Stands before the server. `stuck`: takes new connections and passes nothing on; `shut`: closes them at once."""

    def __init__(self, host: str, port: int) -> None:
        self.stuck = self.shut = False
        self._server_address = host, port
        self._open: list[asyncio.StreamWriter] = []

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        if self.shut:
            writer.close()
        if self.stuck or self.shut:
            return
        from_server, to_server = await asyncio.open_connection(*self._server_address)
        self._open.append(to_server)
        await asyncio.gather(_pass_on(reader, to_server), _pass_on(from_server, writer))

    def close(self) -> None:
        for writer in self._open:
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65536):
            writer.write(some)
    except ConnectionError:
        pass
    writer.close()


@asynccontextmanager
async def behind_a_passage(database_url: str) -> AsyncIterator[tuple[Database, Passage]]:
    url = make_url(database_url)
    passage = Passage(url.host or "127.0.0.1", url.port or 5432)
    server = await asyncio.start_server(passage.enter, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(
        url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False), pool_size=2
    )
    try:
        yield database, passage
    finally:
        await database.close()
        passage.close()
        server.close()


async def _idle_backend(database: Database) -> int:
    """Process id of the server's side of a connection of the read pool."""
    async with database.read() as session:
        pid: int = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    return pid


async def test_a_slow_connect_keeps_the_idle_connections(database_url: str) -> None:
    async with behind_a_passage(database_url) as (database, passage):
        idle = await _idle_backend(database)
        connection = await database.raw()
        await connection.invalidate()
        passage.stuck = True
        with pytest.raises(TimeoutError):
            await connection.execute(text("SELECT 1"))
        await connection.close()
        assert await _idle_backend(database) == idle


async def test_a_server_that_went_away_drops_the_idle_connections(database_url: str) -> None:
    async with behind_a_passage(database_url) as (database, passage):
        idle = await _idle_backend(database)
        connection = await database.raw()
        await connection.invalidate()
        passage.shut = True
        with pytest.raises(StatementError) as failed:
            await connection.execute(text("SELECT 1"))
        assert isinstance(failed.value.orig, ConnectionError)
        await connection.close()
        passage.shut = False
        assert await _idle_backend(database) != idle


async def test_a_cancelled_statement_keeps_the_idle_connections(database_url: str) -> None:
    async with behind_a_passage(database_url) as (database, _):
        idle = await _idle_backend(database)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), database.write() as session:
                await session.execute(text("SELECT pg_sleep(30)"))
        assert await _idle_backend(database) == idle
