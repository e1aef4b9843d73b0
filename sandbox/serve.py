"""Serving a sandbox: in the foreground as its own process, or inside a test."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from sandbox.app import create_app
from sandbox.config import SandboxConfig

log = logging.getLogger("sandbox")
SHUTDOWN_SECONDS = 2


def _server(config: SandboxConfig) -> uvicorn.Server:
    settings = uvicorn.Config(
        create_app(config), lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ws_ping_interval=None, server_header=False,
    )  # fmt: skip
    return uvicorn.Server(settings)


def _bound_socket(config: SandboxConfig) -> socket.socket:
    """Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(config: SandboxConfig) -> None:
    """Serves until SIGTERM or SIGINT. Raises OSError (port taken) or BadCapture."""
    listener = _bound_socket(config)
    server = _server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    task = asyncio.create_task(server._serve([listener]))
    await _started(server, task)
    log.info("sandbox ready at %s (seed %d, speed %g)", _address(listener), config.seed, config.speed)
    await task


@asynccontextmanager
async def running_sandbox(config: SandboxConfig | None = None) -> AsyncIterator[str]:
    """A sandbox inside this event loop on a free port; yields its base address, such as http://127.0.0.1:41234."""
    config = config or SandboxConfig()
    listener = _bound_socket(config)
    server = _server(config)
    task = asyncio.create_task(server._serve([listener]))
    try:
        await _started(server, task)
        yield _address(listener)
    finally:
        server.should_exit = True
        await task


async def _started(server: uvicorn.Server, task: "asyncio.Task[None]") -> None:
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the sandbox ended while starting")
        await asyncio.sleep(0.005)
