"""How one sandbox is set up. Filled by the command line or by a test."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class SandboxConfig(BaseModel):
    """`speed`: simulated seconds per real second. `capture`: replay this folder instead of generating markets.

    `start`: simulated time at the start of the process, default the real time.
    """

    model_config = ConfigDict(frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    seed: int = Field(default=7, ge=0, lt=1 << 63)
    speed: float = Field(default=1.0, gt=0, le=100_000)
    start: AwareDatetime | None = None
    capture: Path | None = None
    capture_loop: bool = False

    def start_ms(self) -> int:
        moment = self.start or datetime.now(UTC)
        return round(moment.timestamp() * 1000)
