"""A small world that answers what a decision asks: markets, histories, a watchlist, all given by the test."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from domain.formulas.result import FormulaResult
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.ids import position_id
from domain.market.activity import HoldersAnswer, Holding, PublicTrade, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer
from domain.market.fees import FeeSchedule
from domain.market.market import Market, Outcome
from domain.market.order_book import Level, OrderBook
from domain.market.price_history import PriceHistory, PricePoint
from domain.money import Price, Shares, Usdc
from domain.strategy.decision import Decision, EntryPoint, NodeSummary, Situation
from domain.strategy.requests import (
    Answer,
    HeldPosition,
    MarketsRequest,
    Request,
    WatchlistEntry,
)
from domain.strategy.run_decision import Evidence, run_decision
from tests.answered_requests import AnsweredRequests

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FORMULA_RESULTS = (
    FormulaResult(kind="boolean", value="true"),
    FormulaResult(kind="boolean", value="false"),
    FormulaResult(kind="number", value="1e+21"),
    FormulaResult(kind="text", value="high"),
    FormulaResult(kind="quantity", value="0.05", text="1.97 inch"),
    FormulaResult(kind="unknown", value="momentum_1h"),
    FormulaResult(kind="error", value="took too long"),
)
"""One of each kind."""
STRATEGY = UUID("11111111-2222-3333-4444-555555555555")


def market(market_id: str, **changes: Any) -> Market:
    """A busy, tradable politics market at 0.42, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "id": market_id,
        "condition_id": f"0x{market_id}",
        "slug": f"market-{market_id}",
        "question": f"Will {market_id} happen?",
        "category": "politics",
        "tags": ("politics",),
        "event_id": None,
        "event_title": None,
        "outcomes": (outcome("Yes", f"{market_id}-yes", "0.42"), outcome("No", f"{market_id}-no", "0.58")),
        "active": True,
        "closed": False,
        "accepting_orders": True,
        "enable_order_book": True,
        "neg_risk": False,
        "end_at": NOW + timedelta(hours=48),
        "volume": Usdc(Decimal(600_000)),
        "volume_24h": Usdc(Decimal(20_000)),
        "liquidity": Usdc(Decimal(9_000)),
        "best_bid": Price(Decimal("0.41")),
        "best_ask": Price(Decimal("0.43")),
        "tick_size": Decimal("0.01"),
        "min_order_size": Decimal(5),
        "fees": FeeSchedule(),
    }
    return Market(**(values | changes))


def outcome(name: str, token_id: str, price: str) -> Outcome:
    return Outcome(name=name, token_id=token_id, price=Price(Decimal(price)))


def public_trade(
    token_id: str,
    side: Literal["BUY", "SELL"],
    price: str,
    size: str,
    age: timedelta = timedelta(minutes=5),
    wallet: str = "0xa",
) -> PublicTrade:
    return PublicTrade(
        condition_id="",
        token_id=token_id,
        wallet=wallet,
        side=side,
        price=Price(Decimal(price)),
        size=Shares(Decimal(size)),
        at=NOW - age,
        transaction_hash="0x1",
    )


def position(market_id: str, shares: str, price: str, outcome_name: str = "Yes") -> HeldPosition:
    """`shares` bought at `price` without fees, an hour ago."""
    return HeldPosition(
        market_id=market_id,
        token_id=f"{market_id}-{outcome_name.lower()}",
        outcome=outcome_name,
        shares=Shares(Decimal(shares)),
        cost=Usdc(Decimal(shares) * Decimal(price)),
        entry_price=Price(Decimal(price)),
        opened_at=NOW - timedelta(hours=1),
        position_id=position_id(STRATEGY, f"{market_id}-{outcome_name.lower()}", 1),
    )


def order_book(token_id: str, bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> OrderBook:
    """Levels are (price, size), the best first."""

    def levels(given: Sequence[tuple[str, str]]) -> tuple[Level, ...]:
        return tuple(Level(price=Price(Decimal(p)), size=Shares(Decimal(s))) for p, s in given)

    return OrderBook(
        token_id=token_id,
        condition_id="",
        bids=levels(bids),
        asks=levels(asks),
        tick_size=Decimal("0.01"),
        min_order_size=Shares(Decimal(5)),
        neg_risk=False,
        venue_time=NOW,
        observed_at=NOW,
    )


@dataclass
class World(AnsweredRequests):
    """`histories`: token id → (age, price) points; `trades` and `holders` by condition id; `books` by token id.

    `truncated`: the venue had older trades. `formula_results`: given to the rows in turn. `asked` keeps every request in order.
    """

    markets: Sequence[Market] = ()
    watchlist: Sequence[WatchlistEntry] = ()
    histories: dict[str, list[tuple[timedelta, str]]] = field(default_factory=dict)
    books: dict[str, OrderBook] = field(default_factory=dict)
    trades: dict[str, list[PublicTrade]] = field(default_factory=dict)
    holders: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    positions: Sequence[HeldPosition] = ()
    truncated: bool = False
    formula_results: Sequence[FormulaResult] = FORMULA_RESULTS
    asked: list[Request] = field(default_factory=list)

    def watch(self, *market_ids: str, minutes_ago: int = 30) -> None:
        added_at = NOW - timedelta(minutes=minutes_ago)
        self.watchlist = [
            *self.watchlist,
            *(WatchlistEntry(market_id=known, added_at=added_at) for known in market_ids),
        ]

    def answer(self, request: Request) -> Answer:
        self.asked.append(request)
        return super().answer(request)

    @property
    def moment(self) -> datetime:
        return NOW

    def listed(self, request: MarketsRequest) -> Sequence[Market]:
        return self.markets

    def known(self, market_ids: Sequence[str]) -> Sequence[Market]:
        return [known for known in self.markets if known.id in market_ids]

    def watched(self) -> Sequence[WatchlistEntry]:
        return self.watchlist

    def owned(self) -> Sequence[HeldPosition]:
        return self.positions

    def calculated(self, rows: int) -> Sequence[FormulaResult]:
        return list(itertools.islice(itertools.cycle(self.formula_results), rows))

    def book(self, token_id: str) -> BookAnswer:
        return BookAnswer(observed_at=NOW, book=self.books.get(token_id))

    def traded(self, condition_id: str) -> TradesAnswer:
        newest = sorted(self.trades.get(condition_id, ()), key=lambda trade: trade.at, reverse=True)
        return TradesAnswer(observed_at=NOW, trades=tuple(newest), truncated=self.truncated)

    def held(self, condition_id: str) -> HoldersAnswer:
        held = self.holders.get(condition_id, ())
        return HoldersAnswer(
            observed_at=NOW,
            holders=tuple(
                Holding(wallet=wallet, token_id="", shares=Shares(Decimal(shares))) for wallet, shares in held
            ),
        )

    def history(self, token_id: str, lookback: timedelta) -> HistoryAnswer:
        points = tuple(
            PricePoint(at=NOW - age, price=Price(Decimal(price)))
            for age, price in sorted(self.histories.get(token_id, ()), reverse=True)
        )
        return HistoryAnswer(observed_at=NOW, history=PriceHistory(token_id=token_id, points=points))

    def kinds_asked(self) -> list[str]:
        return [request.kind for request in self.asked]


def situation(entry: EntryPoint | None = None, step: int = 0, now: datetime = NOW) -> Situation:
    return Situation(strategy_id=STRATEGY, number=1, step=step, now=now, entry=entry or EntryPoint())


def node(node_id: str, type_name: str, version: int = 1, **config: Any) -> dict[str, Any]:
    return {"id": node_id, "type": type_name, "type_version": version, "config": config}


def edge(text: str) -> dict[str, str]:
    """`a>b`, or `a.port>b` and `a>b.port`."""
    source, target = text.split(">")
    wire = {}
    wire["source"], _, port = source.partition(".")
    wire["target"], _, into = target.partition(".")
    return wire | ({"source_port": port} if port else {}) | ({"target_port": into} if into else {})


def drawn(nodes: Sequence[dict[str, Any]], *edges: str) -> Graph:
    graph = parse_graph({"nodes": list(nodes), "edges": [edge(text) for text in edges]})
    assert isinstance(graph, Graph), graph
    return graph


def run(graph: Graph, world: World, entry: EntryPoint | None = None) -> Decision:
    return run_with_evidence(graph, world, entry)[0]


def run_with_evidence(
    graph: Graph, world: World, entry: EntryPoint | None = None
) -> tuple[Decision, Evidence]:
    return run_decision(compile_graph(graph), situation(entry), world.answer)


def summary(decision: Decision, node_id: str) -> NodeSummary:
    return next(node for node in decision.nodes if node.node_id == node_id)


def left(decision: Decision, node_id: str, port: str | None) -> list[str]:
    """Ids of the markets whose kept verdict says that they left the node by the port."""
    return [verdict.market_id for verdict in summary(decision, node_id).verdicts if verdict.port == port]


def comparison(metric: str, op: str, value: str) -> dict[str, str]:
    return {"metric": metric, "op": op, "value": value}
