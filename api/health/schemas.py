"""How the parts are."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from api.parts import Source

PartName = Literal["database", "temporal", "worker", "markets", "prices"]


class PartView(BaseModel):
    """`markets` is the venue as this API process reaches it; workers ask it for themselves. `prices` are those that exits
    are guarded by: not ok while they are asked for instead of told, or while nobody watches although somebody should."""

    name: PartName
    ok: bool
    detail: str | None


class HealthView(BaseModel):
    status: Literal["ok", "degraded"]
    version: str
    source: Source
    parts: list[PartView]
    time: datetime
    temporal_ui_url: str | None
