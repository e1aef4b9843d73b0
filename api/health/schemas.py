"""How the parts are."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from api.parts import Source

PartName = Literal["database", "temporal", "worker", "markets"]


class PartView(BaseModel):
    """`markets` is the venue as this API process reaches it; workers ask it for themselves."""

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
