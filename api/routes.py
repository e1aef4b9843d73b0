"""All routes and the middleware around them, without any connection: also what the schema is made of."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api.allocations.router import router as allocations
from api.catalogue.router import router as catalogue
from api.copilot.router import router as copilot
from api.dry_runs.router import router as dry_runs
from api.errors import add_error_answers
from api.event_stream.router import router as event_stream
from api.events.router import router as events
from api.executions.router import router as executions
from api.formulas.router import router as formulas
from api.health.router import router as health
from api.http.request_body import RequestBodyLimits
from api.http.request_log import RequestLog
from api.http.security_headers import SecurityHeaders
from api.http.session_refresh import SessionRefresh
from api.markets.router import router as markets
from api.openapi_schema import build_schema
from api.orders.router import router as orders
from api.pnl.router import router as pnl
from api.positions.router import router as positions
from api.resolutions.router import router as resolutions
from api.risk_limits.router import router as risk_limits
from api.strategies.router import router as strategies
from api.trades.router import router as trades
from api.trading_state.router import router as trading_state
from api.users.router import router as users
from api.versions.router import router as versions
from api.watchlist.router import router as watchlist
from api.web_files import web_router
from api.withdrawals.router import router as withdrawals

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
ROUTERS = (
    health,
    users,
    catalogue,
    markets,
    strategies,
    versions,
    dry_runs,
    copilot,
    formulas,
    executions,
    watchlist,
    trades,
    orders,
    positions,
    allocations,
    withdrawals,
    pnl,
    resolutions,
    risk_limits,
    trading_state,
    events,
    event_stream,
)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def build_routes(version: str, web_dist: Path, lifespan: Lifespan | None = None) -> FastAPI:
    app = FastAPI(
        title="Cascadian",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    api = APIRouter(prefix="/api")
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    app.include_router(web_router(web_dist))
    add_error_answers(app)
    # Added last is outermost.
    app.add_middleware(SessionRefresh)
    app.add_middleware(RequestBodyLimits)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_schema(app, version)
        return app.openapi_schema

    app.openapi = schema  # type: ignore[method-assign]
    return app
