"""Which model writes drafts, and where it is asked."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

Provider = Literal["openai", "anthropic"]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`provider`: whose wire format the endpoint speaks. Without `base_url` it is that provider's own endpoint."""

    provider: Provider
    model: str
    api_key: SecretStr
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What one draft may cost. Tokens are those of all requests and answers together."""

    seconds: float = 60
    requests: int = 12
    tool_calls: int = 24
    tokens: int = 250_000
    answer_tokens: int = 8_000
    repairs: int = 3
    """How often a draft with faults goes back to the model."""
