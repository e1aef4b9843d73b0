"""Random valid graphs and worlds out of one seed: far faster to draw than one hypothesis choice per setting."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.graph.conditions.metric import metric_names
from domain.graph.nodes.catalogue import NODE_TYPES
from domain.market.answers import MarketsAnswer
from domain.market.market import Market
from domain.strategy.requests import (
    Answer,
    HistoriesAnswer,
    MarketsByIdRequest,
    MarketsRequest,
    PriceHistoriesRequest,
    Request,
    WatchlistEntry,
)
from tests.unit.graph.world import NOW, World, edge, market, outcome

TYPES = {known.type: known for known in NODE_TYPES}
ROOTS = ("start", "stream_markets", "monitor_watchlist")
METRIC_NAMES = [*metric_names(), "momentum_90m", "momentum_30d"]
THRESHOLDS = ("0", "1", "0.42", "-0.05", "0.05", "30", "48", "100000", "9999999.1234", "-1000000")


def random_rule(random: Random, depth: int = 0) -> dict[str, Any]:
    shape = random.choice(("all", "any", "not", "comparison", "comparison")) if depth < 4 else "comparison"
    if shape == "comparison":
        op = random.choice((">", ">=", "<", "<=", "=", "!="))
        return {"metric": random.choice(METRIC_NAMES), "op": op, "value": random.choice(THRESHOLDS)}
    if shape == "not":
        return {"not": random_rule(random, depth + 1)}
    return {shape: [random_rule(random, depth + 1) for _ in range(random.randint(1, 2))]}


def random_config(random: Random, type_name: str) -> dict[str, Any]:
    match type_name:
        case "stream_markets":
            return {"limit": random.randint(1, 500), "tag": random.choice((None, "politics"))}
        case "filter" | "condition" | "monitor_watchlist":
            least = 0 if type_name == "monitor_watchlist" else 1
            rules = [random_rule(random) for _ in range(random.randint(least, 3))]
            return {"conditions": rules, "match": random.choice(("all", "any"))}
        case "add_to_watchlist" | "remove_from_watchlist":
            return random.choice(({}, {"reason": "because"}))
        case "execute_trade":
            amount = str(random.randint(1, 1000))
            slippage = random.choice((None, "0", "0.5"))
            return {
                "amount": amount,
                "outcome": random.choice(("Yes", "no", "Draw")),
                "slippage_max": slippage,
            }
        case "wait":
            return {"minutes": random.randint(1, 5000)}
    return {}


def random_graph(random: Random, count: int) -> dict[str, Any]:
    """Built from left to right: each node takes edges only from ports that fit it."""
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, str]] = []
    open_ports: dict[str, list[str]] = {"control": [], "markets": []}
    for number in range(count):
        name = random.choice(ROOTS if number == 0 else tuple(TYPES))
        inputs = TYPES[name].inputs
        kinds = ["markets"] if inputs and inputs[0].kind.value == "markets" else ["control", "markets"]
        if name == "wait":
            kinds = [random.choice(kinds)]
        offered = [port for kind in kinds for port in open_ports[kind]] if inputs else []
        if not offered and name not in ROOTS:
            name = "stream_markets"
        chosen = random.sample(offered, min(len(offered), random.randint(0 if name in ROOTS else 1, 3)))
        nodes.append({"id": f"n{number}", "type": name, "config": random_config(random, name)})
        edges.extend(edge(f"{port}>n{number}") for port in chosen)
        carries = any(port in open_ports["markets"] for port in chosen)
        for port in TYPES[name].outputs:
            kind = ("markets" if carries else "control") if port.kind.value == "any" else port.kind.value
            open_ports[kind].append(f"n{number}.{port.name}")
    return {"nodes": nodes, "edges": edges}


def random_market(random: Random, market_id: str) -> Market:
    bid, ask = random.choice(((None, None), ("0.40", None), ("0.41", "0.43"), ("0", "1")))
    outcomes = random.choice(
        (
            (outcome("Yes", f"{market_id}y", "0.42"), outcome("No", f"{market_id}n", "0.58")),
            (outcome("YES", f"{market_id}y", "0"),),
            (),
            (outcome("Up", f"{market_id}y", "1"), outcome("Draw", f"{market_id}n", "0")),
        )
    )
    return market(
        market_id,
        outcomes=outcomes,
        best_bid=Decimal(bid) if bid else None,
        best_ask=Decimal(ask) if ask else None,
        end_at=random.choice((None, NOW, NOW - timedelta(days=9), NOW + timedelta(days=400))),
        volume=Decimal(random.choice((0, 1, 99_999, 100_000, 10**9))),
        closed=random.random() < 0.2,
        accepting_orders=random.random() < 0.8,
    )


@dataclass
class PartialWorld(World):
    """Leaves some things out of its answers, the same ones every time."""

    missing: frozenset[str] = frozenset()

    def answer(self, request: Request) -> Answer:
        answered = super().answer(request)
        if isinstance(request, PriceHistoriesRequest) and isinstance(answered, HistoriesAnswer):
            kept = {token: known for token, known in answered.histories.items() if token not in self.missing}
            return HistoriesAnswer(histories=kept)
        if isinstance(request, (MarketsRequest, MarketsByIdRequest)) and isinstance(answered, MarketsAnswer):
            known_markets = tuple(known for known in answered.markets if known.id not in self.missing)
            return answered.model_copy(update={"markets": known_markets})
        return answered


def random_world(random: Random) -> PartialWorld:
    ids = [f"m{number}" for number in range(random.randint(0, 12))]
    histories = {
        f"{market_id}y": [
            (timedelta(minutes=random.randint(-10, 90_000)), random.choice(("0", "0.3", "0.42", "1")))
            for _ in range(random.randint(0, 20))
        ]
        for market_id in ids
    }
    candidates = [*ids, *histories]
    listed = random.sample([*ids, "unknown"], random.randint(0, len(ids) + 1))
    return PartialWorld(
        markets=[random_market(random, market_id) for market_id in ids],
        watchlist=[
            WatchlistEntry(market_id=market_id, added_at=NOW - timedelta(minutes=random.randint(-5, 10_000)))
            for market_id in listed
        ],
        histories=histories,
        missing=frozenset(random.sample(candidates, min(len(candidates), random.randint(0, 3)))),
    )
