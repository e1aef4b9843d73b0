"""The activity timeline."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class EventView(BaseModel):
    id: int
    kind: str
    message: str
    data: dict[str, Any]
    created_at: datetime
