"""The cookie that keeps a browser logged in."""

from starlette.responses import Response

from api.users.authenticate import SESSION_LIFE

COOKIE = "cascadian_session"


def give_cookie(response: Response, secret: str, secure: bool) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
        path="/",
    )


def take_cookie(response: Response, secure: bool) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=secure)
