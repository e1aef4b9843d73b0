"""Cursors of lists that go by creation time, newest first."""

from datetime import UTC, datetime
from uuid import UUID

from api.page import bad_cursor, decode_cursor, encode_cursor


def time_cursor(created_at: datetime, row_id: UUID) -> str:
    return encode_cursor(created_at.isoformat(), row_id)


def after_time(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Raises ApiProblem for a cursor that is not one of ours."""
    key = decode_cursor(cursor, 2)
    if key is None:
        return None
    try:
        moment, row_id = datetime.fromisoformat(key[0]), UUID(key[1])
        if moment.tzinfo is None:
            raise bad_cursor()
        return moment.astimezone(UTC), row_id
    except (ValueError, OverflowError):
        raise bad_cursor() from None
