"""People, their login codes, browser sessions and bearer tokens. Only hashes are stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.models import ApiToken, LoginCode, User, UserSession
from db.session import ReadSession, WriteSession


@dataclass(frozen=True)
class SessionRecord:
    user: User
    expires_at: datetime


async def insert_owner(session: WriteSession, user_id: UUID, name: str) -> None:
    """Writes the owner unless there is one already; two at once still make one."""
    await session.execute(insert(User).values(id=user_id, name=name, is_owner=True).on_conflict_do_nothing())


async def owner_id(session: ReadSession | WriteSession) -> UUID | None:
    return await session.scalar(select(User.id).where(User.is_owner))


async def insert_user(session: WriteSession, user_id: UUID, email: str, name: str) -> bool:
    """False: somebody has this address already."""
    written = await session.execute(
        insert(User)
        .values(id=user_id, email=email, name=name)
        .on_conflict_do_nothing(index_elements=[User.email])
        .returning(User.id)
    )
    return written.scalar_one_or_none() is not None


async def user_by_email(session: ReadSession | WriteSession, email: str) -> User | None:
    return await session.scalar(select(User).where(User.email == email))


async def all_users(session: ReadSession | WriteSession) -> list[User]:
    return list(await session.scalars(select(User).order_by(User.created_at, User.id)))


async def insert_login_code(
    session: WriteSession, code_hash: str, user_id: UUID, expires_at: datetime
) -> None:
    session.add(LoginCode(code_hash=code_hash, user_id=user_id, expires_at=expires_at))
    await session.flush()


async def use_login_code(session: WriteSession, code_hash: str, now: datetime) -> User | None:
    """Marks the code as used. None when it is unknown, used or expired; of two users of one code, one gets None."""
    user_id = await session.scalar(
        update(LoginCode)
        .where(LoginCode.code_hash == code_hash, LoginCode.used_at.is_(None), LoginCode.expires_at > now)
        .values(used_at=now)
        .returning(LoginCode.user_id)
    )
    return None if user_id is None else await session.get(User, user_id)


async def insert_session(session: WriteSession, id_hash: str, user_id: UUID, expires_at: datetime) -> None:
    session.add(UserSession(id_hash=id_hash, user_id=user_id, expires_at=expires_at))
    await session.flush()


async def find_session(session: ReadSession, id_hash: str, now: datetime) -> SessionRecord | None:
    row = (
        await session.execute(
            select(User, UserSession.expires_at)
            .join(UserSession, UserSession.user_id == User.id)
            .where(UserSession.id_hash == id_hash, UserSession.expires_at > now)
        )
    ).one_or_none()
    return None if row is None else SessionRecord(user=row[0], expires_at=row[1])


async def extend_session(session: WriteSession, id_hash: str, expires_at: datetime) -> None:
    await session.execute(
        update(UserSession)
        .where(UserSession.id_hash == id_hash, UserSession.expires_at < expires_at)
        .values(expires_at=expires_at)
    )


async def delete_session(session: WriteSession, id_hash: str) -> None:
    await session.execute(delete(UserSession).where(UserSession.id_hash == id_hash))


async def delete_expired(session: WriteSession, now: datetime) -> None:
    """Sessions and login codes nobody can use any more."""
    await session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    await session.execute(delete(LoginCode).where(LoginCode.expires_at <= now))


async def insert_token(session: WriteSession, token: ApiToken) -> None:
    session.add(token)
    await session.flush()


async def find_token(session: ReadSession, token_hash: str) -> tuple[User, ApiToken] | None:
    row = (
        await session.execute(
            select(User, ApiToken)
            .join(ApiToken, ApiToken.user_id == User.id)
            .where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None))
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


async def touch_token(session: WriteSession, token_id: UUID, now: datetime) -> None:
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


async def tokens_of(session: ReadSession | WriteSession, user_id: UUID) -> list[ApiToken]:
    return list(
        await session.scalars(
            select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.created_at, ApiToken.id)
        )
    )


async def revoke_token(session: WriteSession, user_id: UUID, token_id: UUID, now: datetime) -> bool:
    """False: the user has no such token. Revoking twice keeps the first time."""
    revoked = await session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == user_id)
        .values(revoked_at=func.coalesce(ApiToken.revoked_at, now))
        .returning(ApiToken.id)
    )
    return revoked.scalar_one_or_none() is not None
