"""Who is asking: a session cookie that slides, or a bearer token."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from api.problem import ApiProblem
from api.users.secret_text import TOKEN_MARK, hash_of
from db.models import User
from db.repositories import user_accounts
from db.session import Database

SESSION_LIFE = timedelta(days=30)
EXTEND_EVERY = timedelta(hours=1)
TOKEN_TOUCH_EVERY = timedelta(minutes=1)
SECRET_MAX = 200


@dataclass(frozen=True)
class Requester:
    """A user whose identity is proven. `by_cookie`: a browser, so that other sites could have caused the request.

    `proof`: sha256 of the secret that was shown.
    """

    id: UUID
    name: str
    email: str | None
    is_owner: bool
    by_cookie: bool
    proof: str = field(repr=False)


def _requester(user: User, by_cookie: bool, proof: str) -> Requester:
    return Requester(user.id, user.name, user.email, user.is_owner, by_cookie, proof)


def unauthenticated() -> ApiProblem:
    return ApiProblem(401, "unauthenticated", "Log in first: open the login link, or send a bearer token.")


async def authenticate_token(database: Database, authorization: str, now: datetime) -> Requester:
    """Raises ApiProblem for anything but a valid `Bearer cas_…`."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(TOKEN_MARK) or len(token) > SECRET_MAX:
        raise unauthenticated()
    proof = hash_of(token)
    async with database.read() as session:
        found = await user_accounts.find_token(session, proof)
    if found is None:
        raise unauthenticated()
    user, record = found
    if record.last_used_at is None or now - record.last_used_at > TOKEN_TOUCH_EVERY:
        async with database.write() as session:
            await user_accounts.touch_token(session, record.id, now)
    return _requester(user, False, proof)


async def authenticate_cookie(database: Database, secret: str, now: datetime) -> tuple[Requester, bool]:
    """Raises ApiProblem for an unknown or expired session. True: it was given 30 days from now on again."""
    if len(secret) > SECRET_MAX:
        raise unauthenticated()
    id_hash = hash_of(secret)
    async with database.read() as session:
        found = await user_accounts.find_session(session, id_hash, now)
    if found is None:
        raise unauthenticated()
    extend = now + SESSION_LIFE - found.expires_at > EXTEND_EVERY
    if extend:
        async with database.write() as session:
            await user_accounts.extend_session(session, id_hash, now + SESSION_LIFE)
    return _requester(found.user, True, id_hash), extend


async def is_still_valid(database: Database, requester: Requester, now: datetime) -> bool:
    """Whether what the requester showed would let it in now: it may have logged out since."""
    async with database.read() as session:
        if requester.by_cookie:
            return await user_accounts.find_session(session, requester.proof, now) is not None
        return await user_accounts.find_token(session, requester.proof) is not None
