"""Stored answers: a request that comes again with its key gets the answer of the first time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from db.models import IdempotencyKey
from db.session import ReadSession, WriteSession

ABANDONED_AFTER = timedelta(seconds=60)
"""A claim without an answer this old belongs to a process that died."""
UNANSWERED_AFTER = timedelta(seconds=10)
"""The same of a claim whose effect is committed: only the answer is to be made again, which does no harm."""


@dataclass(frozen=True)
class StoredAnswer:
    """`status_code` is None while the first request is still at work."""

    fingerprint: str
    status_code: int | None
    body: str | None


async def claim(session: WriteSession, user_id: UUID, key: str, fingerprint: str, now: datetime) -> bool:
    """True: this request does the work. Also takes over an abandoned claim of the same request."""
    values = insert(IdempotencyKey).values(user_id=user_id, key=key, fingerprint=fingerprint, created_at=now)
    taken = await session.execute(
        values.on_conflict_do_update(
            index_elements=[IdempotencyKey.user_id, IdempotencyKey.key],
            set_={"created_at": now},
            where=(IdempotencyKey.status_code.is_(None))
            & (IdempotencyKey.fingerprint == fingerprint)
            & (
                (IdempotencyKey.created_at < now - ABANDONED_AFTER)
                | (IdempotencyKey.done_at < now - UNANSWERED_AFTER)
            ),
        ).returning(IdempotencyKey.key)
    )
    return taken.scalar_one_or_none() is not None


async def take_effect(session: WriteSession, user_id: UUID, key: str, now: datetime) -> bool:
    """In the transaction of the request's effect; False when an attempt before this one committed it."""
    row = await session.get(IdempotencyKey, (user_id, key), with_for_update=True)
    if row is None:
        return True
    first = row.done_at is None
    row.done_at = row.done_at or now
    return first


async def stored_answer(session: ReadSession, user_id: UUID, key: str) -> StoredAnswer | None:
    row = (
        await session.execute(
            select(IdempotencyKey.fingerprint, IdempotencyKey.status_code, IdempotencyKey.body).where(
                IdempotencyKey.user_id == user_id, IdempotencyKey.key == key
            )
        )
    ).one_or_none()
    return None if row is None else StoredAnswer(row.fingerprint, row.status_code, row.body)


async def store_answer(session: WriteSession, user_id: UUID, key: str, status_code: int, body: str) -> None:
    await session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
        .values(status_code=status_code, body=body)
    )


async def release(session: WriteSession, user_id: UUID, key: str) -> None:
    """The work failed in a way that trying again may cure. What is done stays known as done."""
    unanswered = (
        IdempotencyKey.user_id == user_id,
        IdempotencyKey.key == key,
        IdempotencyKey.status_code.is_(None),
    )
    await session.execute(delete(IdempotencyKey).where(*unanswered, IdempotencyKey.done_at.is_(None)))
    await session.execute(
        update(IdempotencyKey)
        .where(*unanswered)
        .values(created_at=IdempotencyKey.created_at - ABANDONED_AFTER)
    )


async def delete_older(session: WriteSession, before: datetime) -> None:
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
