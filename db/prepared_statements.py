"""Single statements that run many times a second: straight to asyncpg, prepared once per connection.

SQLAlchemy costs several times what the statement itself does (benchmarks/engine); everything else uses its sessions.
"""

import asyncio
from typing import Any

import asyncpg
from asyncpg import Record
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

CONNECT_SECONDS_MAX = 5
WAIT_SECONDS_MAX = 10
DIALECT_ONLY = ("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback")
"""Parameters of an address that SQLAlchemy takes for itself."""


class PreparedStatements:
    """A pool of connections on which each statement is a transaction of its own. JSONB goes in and out as text."""

    def __init__(self, url: str, pool_size: int, server_settings: dict[str, str]) -> None:
        # The dialect reads the address, so that both ways of access understand the same addresses.
        dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        _, address = dialect.create_connect_args(make_url(url))
        self._address = {name: said for name, said in address.items() if name not in DIALECT_ONLY}
        self._pool_size = pool_size
        self._server_settings = server_settings
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def fetch(self, statement: str, *values: object) -> list[Record]:
        """All rows; `$1` is the first of `values`. Raises asyncpg's errors and TimeoutError when no connection gets free."""
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=WAIT_SECONDS_MAX) as connection:
            rows: list[Record] = await connection.fetch(statement, *values)
            return rows

    async def _open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    **self._address,
                    min_size=0,
                    max_size=self._pool_size,
                    timeout=CONNECT_SECONDS_MAX,
                    server_settings=self._server_settings,
                    # Nothing here leaves anything behind in its session: no round trip to clean it up.
                    reset=_nothing_to_reset,
                )
            return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


async def _nothing_to_reset(connection: object) -> None:
    return None
