"""Evidence: answers under the hash of their content, each stored once a day for everybody who saw it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.models import Evidence
from db.session import ReadSession, WriteSession


async def add_evidence(session: WriteSession, day: date, bodies: Sequence[tuple[str, bytes]]) -> None:
    """`bodies` are (digest, compressed body). Sorted, so that two writers never lock each other out."""
    if not bodies:
        return
    rows = [{"day": day, "digest": digest, "body": body} for digest, body in sorted(dict(bodies).items())]
    await session.execute(insert(Evidence).values(rows).on_conflict_do_nothing())


async def read_evidence(session: ReadSession, day: date, digests: Sequence[str]) -> dict[str, bytes]:
    """Compressed bodies by digest, of executions that began on this day (UTC); what was deleted is missing."""
    rows = await session.execute(
        select(Evidence.digest, Evidence.body).where(
            Evidence.day == day, Evidence.digest.in_(sorted(set(digests)))
        )
    )
    return {row.digest: row.body for row in rows}
