"""Brings a database to the newest schema: `python -m db.migrate` with CASCADIAN_DATABASE_URL set."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from db.session import async_url

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", async_url(database_url).replace("%", "%%"))
    return config


def upgrade(database_url: str) -> None:
    """Runs all missing migrations. Safe to call from several processes: they wait for one another."""
    command.upgrade(configuration(database_url), "head")


if __name__ == "__main__":
    url = os.environ.get("CASCADIAN_DATABASE_URL")
    if not url:
        sys.exit("Set CASCADIAN_DATABASE_URL to the database to migrate.")
    upgrade(url)
