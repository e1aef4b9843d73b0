"""An item: one market flowing along an edge, with what nodes before attached to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """`market_id` identifies it; `values` are texts attached on the way (order id, status, filled shares…).

    Two items of the same market are the same item: unions keep the first seen.
    """

    market_id: str
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
