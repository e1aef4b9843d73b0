"""A running sandbox, a plain HTTP client for it, and the official SDK pointed at it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from polymarket import AsyncPublicClient
from polymarket.environments import PRODUCTION, Environment, _create_environment

from sandbox.config import SandboxConfig
from sandbox.convert_resolvedkit import convert
from sandbox.serve import running_sandbox


def environment_at(base: str) -> Environment:
    config = replace(
        PRODUCTION._config,
        clob_url=f"{base}/clob",
        gamma_url=f"{base}/gamma",
        data_url=f"{base}/data",
        clob_market_ws_url=f"{base.replace('http', 'ws')}/ws/market",
    )
    return _create_environment(name="sandbox", config=config)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox() -> AsyncIterator[str]:
    """Base address of one generated sandbox that no test changes."""
    async with running_sandbox(SandboxConfig(seed=11)) as base:
        yield base


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def http(sandbox: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox, timeout=20) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sdk(sandbox: str) -> AsyncIterator[AsyncPublicClient]:
    async with AsyncPublicClient(environment=environment_at(sandbox)) as client:
        yield client


@pytest.fixture(scope="session")
def capture(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded order books, converted to our format."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("capture")
    convert(shared_data / "resolvedkit-btc15m-books", folder)
    return folder
