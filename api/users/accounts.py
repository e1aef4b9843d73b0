"""Users, login codes and tokens: what the command line and the login page share."""

import re
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.users.secret_text import TOKEN_SHOWN, hash_of, new_secret, new_token
from db.models import ApiToken, User
from db.repositories import user_accounts
from db.session import ReadSession, WriteSession

LOGIN_CODE_LIFE = timedelta(minutes=15)
OWNER_NAME = "Owner"
EMAIL_MAX = 254
TOKEN_NAME_MAX = 80
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class AccountRefused(Exception):
    """A user or token cannot be made like that; the message is for the person who asked."""


async def create_owner_if_missing(session: WriteSession) -> UUID:
    """Id of the one owner; safe to call at every start and from several processes."""
    await user_accounts.insert_owner(session, uuid4(), OWNER_NAME)
    owner = await user_accounts.owner_id(session)
    if owner is None:
        raise AccountRefused("The owner could not be created.")
    return owner


async def add_user(session: WriteSession, email: str) -> UUID:
    """Id of a new user. Raises AccountRefused for a bad address or one that is taken."""
    address = email.strip().lower()
    if len(address) > EMAIL_MAX or not _EMAIL.fullmatch(address):
        raise AccountRefused(f'"{email[:EMAIL_MAX]}" is not an e-mail address.')
    user_id = uuid4()
    if not await user_accounts.insert_user(session, user_id, address, address.split("@")[0]):
        raise AccountRefused(f"{address} is a user already.")
    return user_id


async def find_user(session: ReadSession | WriteSession, email: str) -> User | None:
    return await user_accounts.user_by_email(session, email.strip().lower())


async def list_users(session: ReadSession | WriteSession) -> list[User]:
    """Oldest first."""
    return await user_accounts.all_users(session)


async def create_login_link_code(session: WriteSession, user_id: UUID, now: datetime) -> str:
    """Code for `/login?code=…`: works once, within 15 minutes."""
    code = new_secret()
    await user_accounts.insert_login_code(session, hash_of(code), user_id, now + LOGIN_CODE_LIFE)
    return code


async def create_token(session: WriteSession, user_id: UUID, name: str, now: datetime) -> str:
    """A bearer token, shown this once. Raises AccountRefused for an empty or too long name."""
    title = name.strip()
    if not 1 <= len(title) <= TOKEN_NAME_MAX:
        raise AccountRefused(f"A token's name has 1 to {TOKEN_NAME_MAX} characters.")
    token = new_token()
    await user_accounts.insert_token(
        session,
        ApiToken(
            id=uuid4(),
            user_id=user_id,
            name=title,
            prefix=token[:TOKEN_SHOWN],
            token_hash=hash_of(token),
            created_at=now,
        ),
    )
    return token


async def list_tokens(session: ReadSession | WriteSession, user_id: UUID) -> list[ApiToken]:
    """Oldest first, revoked ones too."""
    return await user_accounts.tokens_of(session, user_id)


async def revoke_token(session: WriteSession, user_id: UUID, token_id: UUID, now: datetime) -> bool:
    """False: this user has no such token."""
    return await user_accounts.revoke_token(session, user_id, token_id, now)
