"""Login, logout, who am I."""

from typing import cast

from fastapi import APIRouter, Request, Response

from api.dependencies import CurrentUser, Now, Parts
from api.event_stream.subscriptions import Subscriptions
from api.problem import ApiProblem
from api.users.log_in import log_in, log_out
from api.users.login_attempts import LoginAttempts
from api.users.schemas import LoginRequest, LoginView, UserView
from api.users.session_cookie import COOKIE, give_cookie, take_cookie

router = APIRouter(tags=["users"])


@router.post("/login")
async def login(
    body: LoginRequest, request: Request, response: Response, parts: Parts, now: Now
) -> LoginView:
    """Trades a one-time code for a session cookie."""
    attempts = cast(LoginAttempts, request.app.state.login_attempts)
    address = request.client.host if request.client else "unknown"
    attempts.check(address, now)
    try:
        user, secret = await log_in(parts.database, body.code, now)
    except ApiProblem:
        attempts.failed(address, now)
        raise
    give_cookie(response, secret, parts.secure_cookie)
    return LoginView(user=user)


@router.post("/logout", status_code=204)
async def logout(request: Request, response: Response, parts: Parts, user: CurrentUser) -> None:
    """Ends this browser's session; a bearer token stays valid."""
    secret = request.cookies.get(COOKIE)
    if secret is not None and user.by_cookie:
        await log_out(parts.database, secret)
        # Its open streams look once more, and end.
        cast(Subscriptions, request.app.state.subscriptions).wake(str(user.id))
    take_cookie(response, parts.secure_cookie)


@router.get("/me")
async def me(user: CurrentUser) -> UserView:
    return UserView(id=user.id, name=user.name, email=user.email, is_owner=user.is_owner)
