"""The cookie that keeps a browser logged in."""

from starlette.responses import Response

from api.users.authenticate import SESSION_LIFE

COOKIE = "cascadian_session"
EXTENDED = "extended_session"
"""In a request's state: (secret, secure) of a session that was given more time."""


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


def cookie_header(secret: str, secure: bool) -> str:
    """The Set-Cookie header of `give_cookie`."""
    response = Response()
    give_cookie(response, secret, secure)
    return response.headers["set-cookie"]


def take_cookie(response: Response, secure: bool) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=secure)
