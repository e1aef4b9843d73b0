"""Random valid graphs and worlds out of one seed: far faster to draw than one hypothesis choice per setting."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.graph.conditions.metric import metric_names
from domain.graph.nodes.catalogue import NODE_TYPES
from domain.market.activity import PublicTrade
from domain.market.answers import MarketsAnswer
from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.strategy.requests import (
    Answer,
    BooksAnswer,
    HistoriesAnswer,
    MarketsByIdRequest,
    MarketsRequest,
    PriceHistoriesRequest,
    PublicTradesAnswer,
    Request,
    WatchlistEntry,
)
from tests.unit.graph.world import NOW, World, edge, market, order_book, outcome, position, public_trade

TYPES = {(known.type, known.version): known for known in NODE_TYPES}
ROOTS = (("start", 1), ("stream_markets", 1), ("monitor_watchlist", 1))
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
        case "formula":
            return {
                "formula": random.choice(("price > 0.4", "momentum_1h * volume24h", "1", "'", "best_bid +"))
            }
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


def random_node_config(random: Random, type_name: str, version: int) -> dict[str, Any]:
    if (type_name, version) == ("execute_trade", 2):
        return random_trade(random)
    made = random_check(random, type_name)
    return made if made is not None else random_config(random, type_name)


def random_trade(random: Random) -> dict[str, Any]:
    config: dict[str, Any] = random.choice(({"amount": "7.5"}, {"amount_percent": "10"}, {"amount": 3}))
    config = config | {"outcome": random.choice(("Yes", "no", "first", "second", "Draw"))}
    if random.random() < 0.4:
        config |= {"order_type": "limit", "limit_price": "0.4", "post_only": random.random() < 0.5}
        if random.random() < 0.5:
            config |= {"time_in_force": "GTD", "expires_minutes": 5}
    elif random.random() < 0.5:
        config |= {"time_in_force": random.choice(("FAK", "FOK")), "slippage_max": "0.02"}
    return config if random.random() < 0.6 else config | {"stop_loss": "0.2", "exit_after_minutes": 60}


def random_check(random: Random, type_name: str) -> dict[str, Any] | None:
    window = random.choice(("5m", "1h", "4h", "24h", "90m", "30d"))
    outcome_name = random.choice(("first", "second", "Yes", "Nobody"))
    match type_name:
        case "check_momentum":
            least = random.choice((None, "-1", "0", "0.5"))
            return {
                "window": window,
                "full_change": "0.1",
                "score_min": least,
                "score_max": random.choice((None, "1")),
            }
        case "check_volume":
            return {"volume_min": "1000", "share_24h_min": random.choice((None, "0.1"))}
        case "check_spread_depth":
            return {"outcome": outcome_name, "spread_max": "0.03", "depth_min": random.choice((None, "100"))}
        case "whale_activity":
            both = random.choice(((True, False), (False, True), (True, True)))
            return {
                "window": window,
                "large_trades": both[0],
                "holder_changes": both[1],
                "trade_min": random.choice(("1", "1000")),
                "trades_net_min": "50",
                "match": random.choice(("any", "all")),
                "markets_max": random.randint(1, 10),
            }
        case "price_cross":
            direction = random.choice(("above", "below", "either"))
            return {"level": "0.42", "direction": direction, "window": window, "outcome": outcome_name}
        case "position_held":
            return {
                "outcome": random.choice((None, outcome_name)),
                "change_min": random.choice((None, "0.01")),
            }
        case "sort_limit":
            order = random.choice(("highest", "lowest"))
            return {"metric": random.choice(METRIC_NAMES), "order": order, "limit": random.randint(1, 8)}
        case "time_on_watchlist":
            return {"minutes_min": random.choice((None, 5)), "minutes_max": 600}
        case "time_to_resolution":
            return {"hours_min": random.choice((None, "1")), "hours_max": "100"}
        case "notify":
            return {"message": "{question} {reason} {price} {whale_net}", "limit": random.randint(1, 5)}
        case "exit_position":
            return random.choice(
                ({}, {"part": "percent", "percent": "50"}, {"part": "shares", "shares": "7"})
            )
    return None


def random_graph(random: Random, count: int) -> dict[str, Any]:
    """Built from left to right: each node takes edges only from ports that fit it."""
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, str]] = []
    open_ports: dict[str, list[str]] = {"control": [], "markets": []}
    for number in range(count):
        name = random_name(random, first=number == 0)
        inputs = TYPES[name].inputs
        kinds = ["markets"] if inputs and inputs[0].kind.value == "markets" else ["control", "markets"]
        if any(port.kind.value == "any" for port in TYPES[name].outputs):
            kinds = [random.choice(kinds)]
        offered = [port for kind in kinds for port in open_ports[kind]] if inputs else []
        if not offered and name not in ROOTS:
            name = ("stream_markets", 1)
        chosen = random.sample(offered, min(len(offered), random.randint(0 if name in ROOTS else 1, 3)))
        config = random_node_config(random, *name)
        nodes.append({"id": f"n{number}", "type": name[0], "type_version": name[1], "config": config})
        edges.extend(edge(f"{port}>n{number}") for port in chosen)
        carries = any(port in open_ports["markets"] for port in chosen)
        for port in TYPES[name].outputs:
            kind = ("markets" if carries else "control") if port.kind.value == "any" else port.kind.value
            open_ports[kind].append(f"n{number}.{port.name}")
    return {"nodes": nodes, "edges": edges}


def random_name(random: Random, first: bool) -> tuple[str, int]:
    return random.choice(ROOTS if first else tuple(TYPES))


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
        if isinstance(answered, PublicTradesAnswer):
            kept_trades = {
                known: given for known, given in answered.trades.items() if known not in self.missing
            }
            return PublicTradesAnswer(trades=kept_trades)
        if isinstance(answered, BooksAnswer):
            return BooksAnswer(books={t: b for t, b in answered.books.items() if t not in self.missing})
        return answered


def random_book(random: Random, token_id: str) -> OrderBook:
    bids = [("0.41", "100"), ("0.40", "900"), ("0.10", "9")][: random.randint(0, 3)]
    asks = [("0.43", "100"), ("0.47", "900"), ("0.90", "9")][: random.randint(0, 3)]
    return order_book(token_id, bids, asks)


def random_trades(random: Random, market_id: str) -> list[PublicTrade]:
    return [
        public_trade(
            f"{market_id}{random.choice('yn')}",
            random.choice(("BUY", "SELL")),
            random.choice(("0.4", "0.01")),
            random.choice(("10", "5000")),
            timedelta(minutes=random.randint(-2, 3000)),
            random.choice(("0xa", "0xb", "0xc")),
        )
        for _ in range(random.randint(0, 8))
    ]


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
        books={f"{known}y": random_book(random, f"{known}y") for known in ids if random.random() < 0.8},
        trades={f"0x{known}": random_trades(random, known) for known in ids},
        holders={f"0x{known}": [("0xa", "100"), ("0xb", "5")] for known in ids if random.random() < 0.5},
        positions=[
            position(known, str(random.randint(1, 500)), random.choice(("0.1", "0.42", "0.9")))
            for known in random.sample([*ids, "unknown"], random.randint(0, len(ids) + 1))
        ],
        truncated=random.random() < 0.3,
        missing=frozenset(random.sample(candidates, min(len(candidates), random.randint(0, 3)))),
    )
