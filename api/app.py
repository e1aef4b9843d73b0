"""The API as an application: routes, and what works beside them as long as it lives."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from api.ensure_workflows import keep_ensuring
from api.event_stream.publisher import publish_forever
from api.event_stream.subscriptions import Subscriptions
from api.guard_daily_loss import guard_forever
from api.housekeeping import keep_house_forever
from api.parts import ApiParts
from api.record_equity import record_forever
from api.routes import build_routes
from api.settle_resolutions import settle_forever
from api.users.login_attempts import LoginAttempts
from api.wind_down_strategies import keep_winding_down


def create_app(parts: ApiParts) -> FastAPI:
    """Starts although database and Temporal are away, and works as soon as they are there."""
    subscriptions = Subscriptions()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loops: tuple[Coroutine[Any, Any, None], ...] = (
            publish_forever(parts.database_url),
            subscriptions.listen_forever(parts.database_url),
            keep_ensuring(parts.database, parts.gateway),
            keep_winding_down(parts.database, parts.gateway, parts.now),
            guard_forever(parts.database, parts.market_data, parts.gateway, parts.now),
            record_forever(parts.database, parts.market_data, parts.now),
            settle_forever(parts.database, parts.market_data, parts.gateway, parts.source, parts.now),
            keep_house_forever(parts.database, parts.now),
        )
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = build_routes(parts.version, parts.web_dist, lifespan)
    app.state.parts = parts
    app.state.subscriptions = subscriptions
    app.state.login_attempts = LoginAttempts()
    return app
