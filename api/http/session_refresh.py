"""Gives a browser its cookie again when its session was extended, whatever answer the route makes."""

from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.users.session_cookie import COOKIE, EXTENDED, cookie_header


class SessionRefresh:
    """ASGI middleware. Routes that answer with a Response of their own lose what a dependency put on FastAPI's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and EXTENDED in state:
                headers = MutableHeaders(scope=message)
                # A logout has just taken it.
                if not any(COOKIE in SimpleCookie(given) for given in headers.getlist("set-cookie")):
                    headers.append("set-cookie", cookie_header(*state[EXTENDED]))
            await send(message)

        await self._app(scope, receive, send_with_cookie)
