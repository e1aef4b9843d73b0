import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest

from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from exchange.polymarket.upstream import RequestPolicy
from tests.exchange.venue_server import VenueServer, running

RECORDED = Path(__file__).parents[3] / "shared" / "data"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """A clock that tests move; its `sleep` moves it too, and lets the loop run."""

    def __init__(self) -> None:
        self.at = NOON
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOON).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)
        await asyncio.sleep(0)

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(scope="session", autouse=True)
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each HTTP client reads the whole list of authorities, which takes longer than most tests; here one will do."""
    end = "-----END CERTIFICATE-----"
    first = Path(certifi.where()).read_text().partition(end)[0]
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    bundle.write_text(first + end)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(bundle))
        yield


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded venue data, which is not part of the project."""
    if not RECORDED.is_dir():
        pytest.skip(f"recorded venue data is not at {RECORDED}: contract tests did not run")
    return RECORDED


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
async def served_venue() -> AsyncIterator[VenueServer]:
    async with running(VenueServer()) as server:
        yield server


@pytest.fixture
def venue(served_venue: VenueServer) -> VenueServer:
    served_venue.reset()
    return served_venue


@pytest.fixture
async def market_data(venue: VenueServer, clock: Clock) -> AsyncIterator[CachedMarketData]:
    data = create_market_data(
        venue.addresses,
        requests=RequestPolicy(timeout=15.0),
        now=clock.now,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
    )
    yield data
    await data.close()
