"""How far each deletion of old rows has come, so that a restarted process does not read all of it again."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from db.models import PruningMark
from db.session import ReadSession, WriteSession

FIRST_DAY = date(2020, 1, 1)
"""Older than anything there is."""


async def done_before(session: ReadSession, what: str) -> date:
    """All days before this one (UTC) are done."""
    mark = await session.scalar(select(PruningMark.done_before).where(PruningMark.what == what))
    return mark or FIRST_DAY


async def mark_done(session: WriteSession, what: str, before: date) -> None:
    """Marks only move forward."""
    later = func.greatest(PruningMark.done_before, before)
    await session.execute(
        insert(PruningMark)
        .values(what=what, done_before=before)
        .on_conflict_do_update(index_elements=[PruningMark.what], set_={"done_before": later})
    )
