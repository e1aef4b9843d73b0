"""Which markets a Stream Markets node asks for."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class MarketQuery(BaseModel):
    """All given conditions must hold. Amounts in USDC, `end_within_hours` from now; closed markets never match."""

    model_config = ConfigDict(frozen=True)

    tag: str | None = None
    """Category or tag slug such as `politics`."""
    text: str | None = None
    """Words that must all occur in the question or the event title."""
    volume_min: Decimal | None = None
    liquidity_min: Decimal | None = None
    end_after_hours: Decimal | None = None
    end_within_hours: Decimal | None = None
    limit: int = 200
    """At most this many markets, highest volume first."""
