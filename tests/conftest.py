"""The real parts that tests run against: one Postgres and one Temporal server per test process, started when needed."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from launcher.temporal_server import EmbeddedTemporal

# A background job of a script without job control ignores Ctrl-C, and so would everything that tests start from it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

FAST_TIMERS = {"history.timerProcessorMaxTimeShift": '"50ms"'}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    """A real Postgres, without waiting for the disk: what is tested here is not power loss."""
    server = EmbeddedPostgres(
        tmp_path_factory.mktemp("postgres"), options={"fsync": "off", "max_connections": "200"}
    )
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_url(postgres: EmbeddedPostgres) -> str:
    """Address of a migrated database, shared by all tests of this process: ids are random."""
    await asyncio.to_thread(upgrade, postgres.dsn)
    return postgres.dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    pool = Database(database_url)
    yield pool
    await pool.close()


async def _create_database(server: EmbeddedPostgres, name: str, template: str | None = None) -> str:
    """Its address."""
    connection = await asyncpg.connect(server.dsn)
    await connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    await connection.close()
    return server.dsn.rsplit("/", 1)[0] + f"/{name}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_template(postgres: EmbeddedPostgres) -> str:
    """Name of a migrated database that nobody is connected to: copying it is quicker than migrating again."""
    name = f"template_{uuid4().hex}"
    await asyncio.to_thread(upgrade, await _create_database(postgres, name))
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def own_database(postgres: EmbeddedPostgres, migrated_template: str) -> AsyncIterator[Database]:
    """A migrated database that only this test sees, for what looks at all strategies."""
    pool = Database(await _create_database(postgres, f"own_{uuid4().hex}", migrated_template))
    yield pool
    await pool.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedTemporal]:
    """A real Temporal server with our search attributes."""
    server = EmbeddedTemporal(tmp_path_factory.mktemp("temporal"), headless=True, dynamic_config=FAST_TIMERS)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recorded market data beside the project; the test is skipped, loudly, where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"recorded market data is not here: {folder}")
    return folder
