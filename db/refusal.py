"""Whether the database refuses a value for good, or only could not be asked."""

import asyncpg
from sqlalchemy.exc import DBAPIError

REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


def is_refusal(error: DBAPIError) -> bool:
    """True when the same statement with the same values is refused again.

    Asked of the driver's own error: SQLAlchemy has a class for constraints, but none for what asyncpg calls DataError.
    """
    return error.orig is not None and isinstance(error.orig.__cause__, REFUSALS)
