"""Asks a database whether the books of account add up."""

from sqlalchemy.exc import SQLAlchemyError

from db.repositories.ledger_check import book_faults
from db.session import Database


async def faults_in_books(url: str) -> list[str] | None:
    """A sentence per fault; None when the database does not answer or has no ledger yet."""
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            return await book_faults(session)
    except (SQLAlchemyError, OSError):
        return None
    finally:
        await database.close()
