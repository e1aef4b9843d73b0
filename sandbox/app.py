"""The application: three REST services, the market socket and the admin routes under one address."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from sandbox.config import SandboxConfig
from sandbox.local_exchange import LocalExchange
from sandbox.routes import admin, clob, clob_markets, data, gamma
from sandbox.routes.answers import answer
from sandbox.routes.market_channel import market_channel


def create_app(config: SandboxConfig) -> Starlette:
    """A sandbox ready to be served. Raises sandbox.replay.capture_files.BadCapture."""
    routes = [
        *gamma.ROUTES,
        *clob.ROUTES,
        *clob_markets.ROUTES,
        *data.ROUTES,
        *admin.ROUTES,
        WebSocketRoute("/ws/market", market_channel),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http_error})
    app.state.exchange = LocalExchange.from_config(config)
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "internal error"
    return answer({"error": detail.lower()}, status)
