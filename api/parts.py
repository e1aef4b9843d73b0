"""What the API is built from: connections and plain values, made by a composition root."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from api.copilot.at_once import DraftsAtOnce
from api.temporal_gateway import TemporalGateway
from copilot.draft_model import DraftModel
from db.repositories.accounts import PAPER_OPENING
from db.session import Database
from domain.money import Usdc
from exchange.market_data import CachedMarketData
from formulas.engine import FormulaEngine

WEB_DIST = Path(__file__).parent.parent / "web" / "dist"

Source = Literal["polymarket", "sandbox"]


DRY_RUNS_AT_ONCE = 2
"""They compute in the process that answers everybody."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ApiParts:
    """Closed by whoever made them; the app only uses them."""

    database: Database
    database_url: str
    """The same database; for the two connections that LISTEN."""
    gateway: TemporalGateway
    market_data: CachedMarketData
    source: Source
    version: str
    min_interval_seconds: int = 60
    paper_balance: Usdc = PAPER_OPENING
    """What a new paper account begins with."""
    temporal_ui_url: str | None = None
    secure_cookie: bool = False
    """True behind https: browsers then send the cookie over https only."""
    web_dist: Path = WEB_DIST
    formulas: FormulaEngine | None = None
    """Without it a dry run of a graph with formulas says that none runs."""
    dry_runs: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DRY_RUNS_AT_ONCE))
    copilot: DraftModel | None = None
    """Without it drafts are written by the parser."""
    drafts: DraftsAtOnce = field(default_factory=DraftsAtOnce)
    now: Callable[[], datetime] = utc_now
