"""Login links, sessions, tokens, and the guard against other sites."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from api.users import accounts
from api.users.secret_text import hash_of
from db.models import ApiToken, LoginCode, UserSession
from db.session import Database
from tests.api.conftest import Person, serving

COOKIE = "cascadian_session"
GUARD = {"X-Cascadian": "1"}


async def code_for(database: Database, user_id: UUID, now: datetime | None = None) -> str:
    async with database.write() as session:
        return await accounts.create_login_link_code(session, user_id, now or datetime.now(UTC))


async def test_a_login_link_works_once_and_logs_the_browser_in(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    code = await code_for(database, person.id)
    answer = await visitor.post("/api/login", json={"code": code})
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == str(person.id)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await visitor.get("/api/me")).json()["id"] == str(person.id)

    again = await visitor.post("/api/login", json={"code": code})
    assert again.status_code == 401
    assert again.json()["code"] == "unauthenticated"


async def test_a_login_link_is_too_old_after_15_minutes(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    code = await code_for(database, person.id, datetime.now(UTC) - timedelta(minutes=16))
    assert (await visitor.post("/api/login", json={"code": code})).status_code == 401


async def test_only_hashes_of_secrets_are_stored(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    code = await code_for(database, person.id)
    await visitor.post("/api/login", json={"code": code})
    secret = visitor.cookies[COOKIE]
    async with database.read() as session:
        assert await session.get(LoginCode, hash_of(code)) is not None
        assert await session.get(UserSession, hash_of(secret)) is not None
        stored = await session.scalar(select(ApiToken).where(ApiToken.user_id == person.id))
    assert stored is not None
    assert stored.token_hash == hash_of(person.token)
    assert person.token.startswith(stored.prefix)
    assert len(stored.prefix) < len(person.token) / 2


async def test_changing_requests_with_a_cookie_need_the_guard_header(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    await visitor.post("/api/login", json={"code": await code_for(database, person.id)})
    refused = await visitor.post("/api/logout")
    assert refused.status_code == 403
    assert refused.json()["code"] == "forbidden"
    assert (await visitor.get("/api/me")).status_code == 200

    assert (await visitor.post("/api/logout", headers=GUARD)).status_code == 204
    assert (await visitor.get("/api/me")).status_code == 401


async def test_a_used_session_lives_30_days_longer_and_an_unused_one_ends(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    await visitor.post("/api/login", json={"code": await code_for(database, person.id)})
    id_hash = hash_of(visitor.cookies[COOKIE])
    soon = datetime.now(UTC) + timedelta(days=1)
    await _set_expiry(database, id_hash, soon)
    answer = await visitor.get("/api/me")
    assert COOKIE in answer.headers["set-cookie"]
    async with database.read() as session:
        record = await session.get_one(UserSession, id_hash)
    assert record.expires_at > datetime.now(UTC) + timedelta(days=29)

    await _set_expiry(database, id_hash, datetime.now(UTC) - timedelta(seconds=1))
    assert (await visitor.get("/api/me")).status_code == 401


async def test_every_kind_of_answer_gives_an_extended_session_its_cookie_again(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    await visitor.post("/api/login", json={"code": await code_for(database, person.id)})
    id_hash = hash_of(visitor.cookies[COOKIE])
    strategy = (await person.create())["id"]

    async def cookies_given(method: str, path: str) -> list[str]:
        await _set_expiry(database, id_hash, datetime.now(UTC) + timedelta(days=1))
        async with visitor.stream(method, path, headers=GUARD) as answer:
            return [
                given for given in answer.headers.get_list("set-cookie") if given.startswith(f"{COOKIE}=")
            ]

    for method, path in (
        ("POST", f"/api/strategies/{strategy}/start"),
        ("POST", f"/api/strategies/{strategy}/start"),
        ("GET", "/api/stream"),
    ):
        (given,) = await cookies_given(method, path)
        assert given.startswith(f"{COOKIE}={visitor.cookies[COOKIE]}; "), (method, path)
        assert "HttpOnly" in given
    (taken,) = await cookies_given("POST", "/api/logout")
    assert "Max-Age=0" in taken


async def _set_expiry(database: Database, id_hash: str, moment: datetime) -> None:
    async with database.write() as session:
        await session.execute(
            update(UserSession).where(UserSession.id_hash == id_hash).values(expires_at=moment)
        )


async def test_a_revoked_token_is_refused(person: Person, database: Database) -> None:
    assert (await person.http.get("/api/me")).status_code == 200
    async with database.write() as session:
        (token,) = await accounts.list_tokens(session, person.id)
        assert token.last_used_at is not None
        assert await accounts.revoke_token(session, person.id, token.id, datetime.now(UTC))
    assert (await person.http.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    "authorization", ["Bearer cas_nothing", "Bearer", "Basic dTpw", "Bearer " + "x" * 5000, "cas_x"]
)
async def test_bad_tokens_are_refused(visitor: httpx.AsyncClient, authorization: str) -> None:
    answer = await visitor.get("/api/me", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_guessing_login_codes_is_slowed_down(parts_with: Any) -> None:
    async with serving(parts_with()) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
        answers = [await http.post("/api/login", json={"code": f"guess{n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_owner_is_made_once(database: Database) -> None:
    async with database.write() as session:
        first = await accounts.create_owner_if_missing(session)
    async with database.write() as session:
        assert await accounts.create_owner_if_missing(session) == first
        owners = [user for user in await accounts.list_users(session) if user.is_owner]
    assert [owner.id for owner in owners] == [first]


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.org", "x@" + "y" * 300 + ".org"])
async def test_bad_addresses_are_refused(database: Database, email: str) -> None:
    with pytest.raises(accounts.AccountRefused):
        async with database.write() as session:
            await accounts.add_user(session, email)


async def test_an_address_is_taken_only_once(database: Database) -> None:
    async with database.write() as session:
        await accounts.add_user(session, "twice@example.org")
    with pytest.raises(accounts.AccountRefused, match="already"):
        async with database.write() as session:
            await accounts.add_user(session, " Twice@Example.org")
