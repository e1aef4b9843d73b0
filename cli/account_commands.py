"""`cascadian user …`, `cascadian token …`, `cascadian login-link`."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

from cli.connection import database_url, web_address
from config.settings import Settings
from launcher.errors import LauncherError
from launcher.login_link import login_link as make_link
from launcher.login_link import writing

if TYPE_CHECKING:
    from db.session import WriteSession

Answer = TypeVar("Answer")
UserOption = Annotated[str | None, typer.Option("--user", help="E-mail address; the owner when left out.")]

users = typer.Typer(help="People who may log in.", no_args_is_help=True)
tokens = typer.Typer(help="Bearer tokens for programs.", no_args_is_help=True)


def login_link(user: UserOption = None) -> None:
    """A new one-time login link, good for 15 minutes."""

    async def make(settings: Settings) -> str:
        async with _session(settings) as session:
            return await make_link(
                session, web_address(settings), await _user_id(session, user), datetime.now(UTC)
            )

    print(_run(make(Settings())))


@users.command("add")
def add_user(email: str) -> None:
    """Let somebody log in; prints their one-time link."""

    async def add(settings: Settings) -> str:
        from api.users import accounts

        async with _session(settings) as session:
            user_id = await accounts.add_user(session, email)
            return await make_link(session, web_address(settings), user_id, datetime.now(UTC))

    print(_run(add(Settings())))


@users.command("list")
def list_users() -> None:
    """Everybody who may log in."""

    async def read(settings: Settings) -> list[str]:
        from api.users import accounts

        async with _session(settings) as session:
            await accounts.create_owner_if_missing(session)
            return [
                f"{user.id}  {user.created_at:%Y-%m-%d}  {user.email or '-'}{'  (owner)' if user.is_owner else ''}"
                for user in await accounts.list_users(session)
            ]

    print("\n".join(_run(read(Settings()))))


@tokens.command("create")
def create_token(name: str, user: UserOption = None) -> None:
    """A new token, shown this once."""

    async def create(settings: Settings) -> str:
        from api.users import accounts

        async with _session(settings) as session:
            return await accounts.create_token(
                session, await _user_id(session, user), name, datetime.now(UTC)
            )

    print(_run(create(Settings())))


@tokens.command("list")
def list_tokens(user: UserOption = None) -> None:
    """Names and ids, never the tokens themselves."""

    async def read(settings: Settings) -> list[str]:
        from api.users import accounts

        async with _session(settings) as session:
            found = await accounts.list_tokens(session, await _user_id(session, user))
            return [
                f"{token.id}  {token.created_at:%Y-%m-%d}  {token.prefix}…  {token.name}"
                f"{'  (revoked)' if token.revoked_at else ''}"
                for token in found
            ]

    print("\n".join(_run(read(Settings()))) or "No tokens.")


@tokens.command("revoke")
def revoke_token(token_id: UUID, user: UserOption = None) -> None:
    """The token stops working at once."""

    async def revoke(settings: Settings) -> bool:
        from api.users import accounts

        async with _session(settings) as session:
            return await accounts.revoke_token(
                session, await _user_id(session, user), token_id, datetime.now(UTC)
            )

    if not _run(revoke(Settings())):
        raise LauncherError(f"There is no token {token_id}; `cascadian token list` shows them.")
    print("Revoked.")


@asynccontextmanager
async def _session(settings: Settings) -> "AsyncIterator[WriteSession]":
    """One transaction; what the accounts refuse becomes a sentence."""
    from sqlalchemy.exc import DBAPIError

    from api.users.accounts import AccountRefused

    try:
        async with writing(database_url(settings)) as session:
            yield session
    except AccountRefused as refused:
        raise LauncherError(str(refused)) from refused
    except (OSError, DBAPIError) as error:
        raise LauncherError(f"The database can't be used now: {type(error).__name__}.") from error


async def _user_id(session: "WriteSession", email: str | None) -> UUID:
    from api.users import accounts

    if email is None:
        return await accounts.create_owner_if_missing(session)
    user = await accounts.find_user(session, email)
    if user is None:
        raise LauncherError(f"There is no user {email}; `cascadian user list` shows them.")
    return user.id


def _run(work: Coroutine[object, object, Answer]) -> Answer:
    return asyncio.run(work)
