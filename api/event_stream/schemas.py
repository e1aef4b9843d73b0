"""The `data` of server-sent events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class HelloView(BaseModel):
    """Event `hello`, the first of every stream. `reset`: events were missed, read everything again."""

    stream_seq: int
    reset: bool


class StreamEventView(BaseModel):
    """All other events; `kind` is also the name of the event."""

    strategy_id: UUID | None
    kind: str
    message: str
    timeline: bool
    """False: only a reason to look again."""
    data: dict[str, Any]
    created_at: datetime
