"""What does not change about markets and events while they exist. Moments are milliseconds UTC."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tag:
    id: int
    label: str
    slug: str


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """`rate` 0 means a market without fees."""

    kind: str
    rate: Decimal
    rebate_rate: Decimal
    exponent: int = 1


@dataclass(frozen=True, slots=True)
class MarketListing:
    """One market. `ends_ms` is the end date people see, `closes_ms` when it is resolved and closed."""

    id: str
    slug: str
    question: str
    description: str
    group_title: str
    category: str
    tags: tuple[Tag, ...]
    event_id: str
    event_slug: str
    event_title: str
    index: int
    condition_id: str
    question_id: str
    outcomes: tuple[str, str]
    token_ids: tuple[str, str]
    opens_ms: int
    ends_ms: int
    closes_ms: int
    neg_risk: bool
    neg_risk_id: str
    tick: Decimal
    min_size: Decimal
    fees: FeeTerms
    native_resolution: bool = False


@dataclass(frozen=True, slots=True)
class EventListing:
    id: str
    slug: str
    title: str
    description: str
    category: str
    tags: tuple[Tag, ...]
    opens_ms: int
    ends_ms: int
    closes_ms: int
    neg_risk: bool
    neg_risk_id: str
    markets: tuple[MarketListing, ...]
