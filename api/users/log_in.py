"""Login by a one-time code, logout."""

from datetime import datetime

from api.problem import ApiProblem
from api.users.authenticate import SESSION_LIFE
from api.users.schemas import UserView
from api.users.secret_text import hash_of, new_secret
from db.repositories import user_accounts
from db.session import Database


async def log_in(database: Database, code: str, now: datetime) -> tuple[UserView, str]:
    """The user and the secret for the cookie. Raises ApiProblem for a code that is unknown, used or too old."""
    secret = new_secret()
    async with database.write() as session:
        user = await user_accounts.use_login_code(session, hash_of(code), now)
        if user is None:
            raise ApiProblem(
                401,
                "unauthenticated",
                "This login link was used already or is too old. Ask for a new one where it came from.",
            )
        await user_accounts.insert_session(session, hash_of(secret), user.id, now + SESSION_LIFE)
        return UserView(id=user.id, name=user.name, email=user.email, is_owner=user.is_owner), secret


async def log_out(database: Database, secret: str) -> None:
    async with database.write() as session:
        await user_accounts.delete_session(session, hash_of(secret))
