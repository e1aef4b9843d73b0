"""Statements that run all the time: on their own connections, surviving a lost server connection."""

import asyncpg
import pytest

from db.session import Database
from tests.eventually import eventually


async def test_a_statement_answers_with_all_rows(database: Database) -> None:
    rows = await database.prepared.fetch("SELECT n, n * $1::int AS twice FROM generate_series(1, 3) AS n", 2)
    assert [(row["n"], row["twice"]) for row in rows] == [(1, 2), (2, 4), (3, 6)]


async def test_a_statement_that_fails_changes_nothing_and_leaves_the_connection_usable(
    database: Database,
) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await database.prepared.fetch("SELECT 1 / $1::int", 0)
    assert (await database.prepared.fetch("SELECT 7 AS seven"))[0]["seven"] == 7


async def test_lost_connections_are_replaced(database_url: str) -> None:
    pool = Database(database_url, pool_size=1)
    try:
        (row,) = await pool.prepared.fetch("SELECT pg_backend_pid() AS pid")
        killer = await asyncpg.connect(database_url)
        await killer.execute("SELECT pg_terminate_backend($1)", row["pid"])
        await killer.close()

        async def answers() -> bool:
            try:
                (other,) = await pool.prepared.fetch("SELECT pg_backend_pid() AS pid")
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                return False
            return bool(other["pid"] != row["pid"])

        assert await eventually(answers)
    finally:
        await pool.close()


async def test_every_statement_knows_its_time_limit_and_zone(database_url: str) -> None:
    pool = Database(database_url, statement_timeout_ms=50)
    try:
        with pytest.raises(asyncpg.QueryCanceledError):
            await pool.prepared.fetch("SELECT pg_sleep(5)")
        assert (await pool.prepared.fetch("SELECT current_setting('timezone') AS zone"))[0]["zone"] == "UTC"
    finally:
        await pool.close()
