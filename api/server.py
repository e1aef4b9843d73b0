"""The HTTP server: ends live streams first when it is told to stop, since they would never end by themselves."""

import socket

import uvicorn
from fastapi import FastAPI

from api.event_stream.subscriptions import Subscriptions

STOP_SECONDS_MAX = 3


class ApiServer(uvicorn.Server):
    """Serves an application of `create_app`."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS_MAX,
            )
        )
        self._subscriptions: Subscriptions = app.state.subscriptions

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._subscriptions.close()
        await super().shutdown(sockets)
