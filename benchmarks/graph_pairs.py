"""Graphs, and for each a function that a person would write who needs only this one thing."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from benchmarks.graph_world import NOW, GraphWorld
from domain.graph.graph import Graph
from domain.market.market import Market
from domain.market.price_history import PriceHistory
from domain.templates.drawing import Drawing, comparison

VOLUME = Decimal(100_000)
RISE = Decimal("0.05")
CHAIN = 60


@dataclass(frozen=True)
class GraphPair:
    """`by_hand` gives the ids of the markets that something is done with."""

    title: str
    graph: Graph
    by_hand: Callable[[GraphWorld], list[str]]


def pairs() -> tuple[GraphPair, ...]:
    return (
        GraphPair("volume filter, add to watchlist (section 4)", _builder(), _builder_by_hand),
        GraphPair("watchlist, momentum, condition, trade (section 5)", _trader(), _trader_by_hand),
        GraphPair("200 histories, nested condition, add to watchlist", _nested(), _nested_by_hand),
        GraphPair(f"{CHAIN} filters in a row", _chain(), _chain_by_hand),
    )


def _at(point_times: list[datetime], history: PriceHistory, moment: datetime) -> Decimal | None:
    place = bisect_right(point_times, moment)
    return history.points[place - 1].price if place else None


def _rise(market: Market, world: GraphWorld) -> Decimal | None:
    history = world.histories[market.outcomes[0].token_id]
    then = _at([point.at for point in history.points], history, NOW - timedelta(hours=1))
    return (market.price - then) / then if then else None


def _rises(market: Market, world: GraphWorld) -> bool:
    rise = _rise(market, world)
    return rise is not None and rise > RISE


def _builder() -> Graph:
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0))
        .node("busy", "filter", (1, 0), {"conditions": [comparison("volume", ">", str(VOLUME))]})
        .node("add", "add_to_watchlist", (2, 0))
        .edge("stream", "busy")
        .edge("busy", "add")
        .graph()
    )


def _builder_by_hand(world: GraphWorld) -> list[str]:
    return [
        market.id
        for market in world.markets.values()
        if market.volume > VOLUME and market.id not in world.watched
    ]


def _trader() -> Graph:
    rising = comparison("momentum_1h", ">", str(RISE))
    both = {"conditions": [comparison("volume", ">", str(VOLUME)), rising]}
    return (
        Drawing()
        .node("start", "start", (0, 0))
        .node("monitor", "monitor_watchlist", (1, 0))
        .node("filter", "filter", (2, 0), {"conditions": [rising]})
        .node("condition", "condition", (3, 0), both)
        .node("buy", "execute_trade", (4, 0), {"outcome": "Yes", "amount": "100"})
        .edge("start", "monitor")
        .edge("monitor", "filter")
        .edge("filter", "condition")
        .edge("condition", "buy", "true")
        .graph()
    )


def _trader_by_hand(world: GraphWorld) -> list[str]:
    watched = (world.markets[market_id] for market_id in world.watched)
    return [
        market.id
        for market in watched
        if _rises(market, world) and market.volume > VOLUME and market.tradable
    ]


def _nested() -> Graph:
    cheap = [comparison("price", "<", "0.3"), comparison("spread", "<=", "0.015")]
    rule = {"any": [{"all": cheap}, {"not": comparison("hours_to_end", ">", "240")}]}
    conditions = {"conditions": [comparison("momentum_1h", ">", str(RISE)), rule]}
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0))
        .node("judge", "condition", (1, 0), conditions)
        .node("add", "add_to_watchlist", (2, 0))
        .edge("stream", "judge")
        .edge("judge", "add", "true")
        .graph()
    )


def _nested_by_hand(world: GraphWorld) -> list[str]:
    chosen = []
    for market in world.markets.values():
        spread = market.spread
        cheap = market.price < Decimal("0.3") and spread is not None and spread <= Decimal("0.015")
        soon = market.end_at is not None and market.end_at - NOW <= timedelta(hours=240)
        if (cheap or soon) and _rises(market, world) and market.id not in world.watched:
            chosen.append(market.id)
    return chosen


def _chain() -> Graph:
    drawing = Drawing().node("stream", "stream_markets", (0, 0))
    before = "stream"
    for number in range(CHAIN):
        config = {"conditions": [comparison("volume", ">", str(20_000 + 1_000 * number))]}
        drawing.node(f"f{number}", "filter", (number + 1, 0), config).edge(before, f"f{number}")
        before = f"f{number}"
    return drawing.node("add", "add_to_watchlist", (CHAIN + 1, 0)).edge(before, "add").graph()


def _chain_by_hand(world: GraphWorld) -> list[str]:
    kept = list(world.markets.values())
    for number in range(CHAIN):
        least = Decimal(20_000 + 1_000 * number)
        kept = [market for market in kept if market.volume > least]
    return [market.id for market in kept if market.id not in world.watched]
