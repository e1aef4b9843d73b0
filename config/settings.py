"""Settings from the environment (`CASCADIAN_*`). Only composition roots read them; everything else gets plain values."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MarketSource(StrEnum):
    """Where prices come from. `auto` asks Polymarket at start and falls back to the sandbox."""

    AUTO = "auto"
    POLYMARKET = "polymarket"
    SANDBOX = "sandbox"


class Settings(BaseSettings):
    """All settings, immutable. Unset addresses mean: the launcher starts the embedded part and fills them in."""

    model_config = SettingsConfigDict(env_prefix="CASCADIAN_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    data_dir: Path = Path(".cascadian")
    markets: MarketSource = MarketSource.AUTO
    min_interval: int = Field(default=60, ge=1, description="shortest interval between executions, seconds")

    paper_balance: Decimal = Field(
        default=Decimal(10_000), ge=0, le=10**9, description="what a new paper account begins with, USDC"
    )
    paper_latency_ms: int = Field(
        default=250,
        ge=0,
        le=10_000,
        description="a paper order meets a book read at least so long after it was posted",
    )
    paper_queue: Literal["queue", "trade_through"] = Field(
        default="queue", description="what fills a resting paper order: docs/orders.md"
    )

    database_url: SecretStr | None = None
    database_pool_size: int = Field(default=10, ge=1, le=200)
    temporal_address: str | None = None
    temporal_namespace: str = "default"
    temporal_ui_url: str | None = None
    temporal_api_key: SecretStr | None = None
    temporal_tls: bool = False
    task_queue: str = "cascadian"
    continue_as_new_events: int = Field(default=500, ge=20)
    max_cached_workflows: int = Field(default=5000, ge=10)
    price_watch_shards: int = Field(
        default=1, ge=1, le=64, description="how many watchers share the prices of open positions"
    )

    sandbox_url: str | None = None
    sandbox_seed: int = 7
    sandbox_speed: float = Field(default=1.0, gt=0)
    sandbox_capture: Path | None = None

    copilot_provider: Literal["", "openai", "anthropic"] = ""
    copilot_base_url: str | None = None
    copilot_model: str | None = None
    copilot_api_key: SecretStr | None = None

    ready_file: Path | None = Field(default=None, description="the worker makes this file once it polls")
    serve_web: bool = Field(default=True, description="False: the launcher does not ask for a built web UI")

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = True
