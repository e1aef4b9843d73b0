"""The root of everything written into Temporal history."""

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """Frozen, grows only by fields with defaults: old histories must stay readable."""

    model_config = ConfigDict(frozen=True)
