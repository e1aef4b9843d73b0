"""One running sandbox: its clock, its markets, the faults ordered for it and what it was asked."""

from collections import Counter
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from sandbox.clock import SimulatedClock
from sandbox.config import SandboxConfig
from sandbox.generator.generated_venue import GeneratedVenue
from sandbox.replay.capture_venue import open_capture
from sandbox.venue import Venue


class Faults(BaseModel):
    """Faults ordered by POST /sandbox/faults; the default is none.

    `delay_ms`: each answer waits that long (real time). `error_rate`: this share of requests is answered with
    `error_status`, chosen by the seed. `down`: every request is answered 503 and sockets are closed.
    `frozen_socket`: sockets stay open and answer PING, but nothing is pushed. `services`: where faults apply.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay_ms: int = Field(default=0, ge=0, le=600_000)
    error_rate: float = Field(default=0.0, ge=0, le=1)
    error_status: int = Field(default=500, ge=400, le=599)
    retry_after: int | None = Field(default=None, ge=0)
    down: bool = False
    frozen_socket: bool = False
    services: frozenset[str] = frozenset({"gamma", "clob", "data", "ws"})


@dataclass
class LocalExchange:
    """`requests` counts by method and route; `faulted` numbers the requests that faults were considered for."""

    config: SandboxConfig
    clock: SimulatedClock
    venue: Venue
    faults: Faults = field(default_factory=Faults)
    requests: Counter[str] = field(default_factory=Counter)
    faulted: int = 0

    @classmethod
    def from_config(cls, config: SandboxConfig) -> "LocalExchange":
        """Raises sandbox.replay.capture_files.BadCapture when the capture folder cannot be read."""
        clock = SimulatedClock(config.start_ms(), config.speed)
        venue: Venue
        if config.capture is not None:
            venue = open_capture(config.capture, clock.start_ms, config.capture_loop)
        else:
            venue = GeneratedVenue(config.seed)
        return cls(config, clock, venue)
