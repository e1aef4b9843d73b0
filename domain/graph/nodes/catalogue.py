"""All node types. Editor, validation, evaluation and docs read them from here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.graph.nodes.add_to_watchlist import ADD_TO_WATCHLIST
from domain.graph.nodes.check_momentum import CHECK_MOMENTUM
from domain.graph.nodes.check_spread_depth import CHECK_SPREAD_DEPTH
from domain.graph.nodes.check_volume import CHECK_VOLUME
from domain.graph.nodes.condition import CONDITION
from domain.graph.nodes.end import END
from domain.graph.nodes.execute_trade import EXECUTE_TRADE
from domain.graph.nodes.execute_trade_2 import EXECUTE_TRADE_2
from domain.graph.nodes.exit_position import EXIT_POSITION
from domain.graph.nodes.filter import FILTER
from domain.graph.nodes.formula import FORMULA
from domain.graph.nodes.monitor_watchlist import MONITOR_WATCHLIST
from domain.graph.nodes.node_type import NodeType
from domain.graph.nodes.notify import NOTIFY
from domain.graph.nodes.position_held import POSITION_HELD
from domain.graph.nodes.price_cross import PRICE_CROSS
from domain.graph.nodes.remove_from_watchlist import REMOVE_FROM_WATCHLIST
from domain.graph.nodes.sort_limit import SORT_LIMIT
from domain.graph.nodes.start import START
from domain.graph.nodes.stream_markets import STREAM_MARKETS
from domain.graph.nodes.time_on_watchlist import TIME_ON_WATCHLIST
from domain.graph.nodes.time_to_resolution import TIME_TO_RESOLUTION
from domain.graph.nodes.wait import WAIT
from domain.graph.nodes.whale_activity import WHALE_ACTIVITY

NODE_TYPES: tuple[NodeType[Any], ...] = (
    START,
    STREAM_MARKETS,
    MONITOR_WATCHLIST,
    FILTER,
    CONDITION,
    FORMULA,
    CHECK_MOMENTUM,
    CHECK_VOLUME,
    CHECK_SPREAD_DEPTH,
    WHALE_ACTIVITY,
    PRICE_CROSS,
    POSITION_HELD,
    SORT_LIMIT,
    TIME_ON_WATCHLIST,
    TIME_TO_RESOLUTION,
    ADD_TO_WATCHLIST,
    REMOVE_FROM_WATCHLIST,
    EXECUTE_TRADE_2,
    EXECUTE_TRADE,
    EXIT_POSITION,
    NOTIFY,
    WAIT,
    END,
)
"""In the order in which a palette shows them."""

CATALOGUE: Mapping[tuple[str, int], NodeType[Any]] = MappingProxyType(
    {(node_type.type, node_type.version): node_type for node_type in NODE_TYPES}
)
"""By type and version."""


def versions_of(type_name: str) -> tuple[int, ...]:
    """Known versions of a type, oldest first; empty when there is no such type."""
    return tuple(sorted(version for name, version in CATALOGUE if name == type_name))


def describe() -> list[dict[str, Any]]:
    """JSON-able description of every node type, for editors and docs. A palette offers those that are `latest`."""
    return [
        {**node_type.describe(), "latest": node_type.version == versions_of(node_type.type)[-1]}
        for node_type in NODE_TYPES
    ]
