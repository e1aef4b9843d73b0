"""One-time login links, and the people and tokens behind them, through the API's own functions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

RETRY_SECONDS = 0.5

# The database's library costs a second to import, which `cascadian status` should not pay.
if TYPE_CHECKING:
    from db.session import WriteSession


@asynccontextmanager
async def writing(database_url: str) -> "AsyncIterator[WriteSession]":
    """One transaction on a connection of its own."""
    from db.session import Database

    database = Database(database_url, pool_size=1)
    try:
        async with database.write() as session:
            yield session
    finally:
        await database.close()


async def owner_login_link(database_url: str, public_url: str, now: datetime) -> str:
    """A link that logs the owner in, once. Makes the owner on the first start."""
    from api.users import accounts

    async with writing(database_url) as session:
        owner = await accounts.create_owner_if_missing(session)
        return await login_link(session, public_url, owner, now)


async def owner_login_link_within(seconds_max: float, database_url: str, public_url: str) -> str | None:
    """The same, asked again while the database fails; None when it did not answer until then."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds_max):
            while True:
                # Whatever it was that failed: everything else runs, and a link can be had later.
                with suppress(Exception):
                    return await owner_login_link(database_url, public_url, datetime.now(UTC))
                await asyncio.sleep(RETRY_SECONDS)
    return None


async def login_link(session: "WriteSession", public_url: str, user_id: UUID, now: datetime) -> str:
    """A link that logs this user in, once."""
    from api.users import accounts

    code = await accounts.create_login_link_code(session, user_id, now)
    return f"{public_url}/login?code={code}"
