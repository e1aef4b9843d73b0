"""A lock that one process at a time holds, for rounds that work best alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from db.session import Database


@asynccontextmanager
async def alone(database: Database, key: int) -> AsyncIterator[bool]:
    """True while no other process is inside with the same key; False says that one is. No transaction stays open.

    It makes work rare, not exact: a connection that is lost meanwhile lets the next one in.
    """
    connection = await database.raw()
    held = False
    try:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        held = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        yield held
    finally:
        try:
            if held:
                await connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        except BaseException:
            # A connection that goes back to the pool with the lock would keep it for good.
            await connection.invalidate()
            raise
        finally:
            await connection.close()
