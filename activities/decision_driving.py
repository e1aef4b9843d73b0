"""Drives a decision: answers what it asks from the venue and the books, keeps all answers as evidence, takes the time."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from activities.evidence_encoding import EvidenceEncoder
from db.repositories.active_watchlist import ActiveWatchlists
from db.repositories.positions import held_positions
from db.session import Database
from domain.graph.compile_graph import CompiledGraph
from domain.strategy.decide import decide
from domain.strategy.decision import Decision, Situation
from domain.strategy.requests import (
    Answer,
    BooksAnswer,
    BooksRequest,
    FormulasAnswer,
    FormulasRequest,
    HistoriesAnswer,
    HoldersRequest,
    MarketsByIdRequest,
    MarketsRequest,
    NodeFinished,
    PositionsAnswer,
    PositionsRequest,
    PriceHistoriesRequest,
    PublicHoldersAnswer,
    PublicTradesAnswer,
    Request,
    TradesRequest,
    WatchlistRequest,
)
from exchange.ports import MarketData
from formulas.engine import FormulaEngine
from formulas.errors import FormulaEngineUnavailable

BOOK_AGE_MAX = timedelta(seconds=5)


@dataclass(slots=True)
class Driven:
    """What a driven decision left behind, complete up to where it ended even when it failed."""

    decision: Decision | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    node_milliseconds: dict[str, float] = field(default_factory=dict)


class DecisionDriver:
    """Shared by all evaluations of a worker."""

    def __init__(
        self,
        database: Database,
        markets: MarketData,
        formulas: FormulaEngine | None = None,
    ) -> None:
        self._database = database
        self._markets = markets
        self._formulas = formulas
        self._watchlists = ActiveWatchlists(database.prepared)
        self._encoder = EvidenceEncoder()

    async def drive(
        self, graph: CompiledGraph, situation: Situation, driven: Driven, watchlist_cap: int | None = None
    ) -> None:
        """Fills `driven` as it goes. Raises what the decision or the venue raises."""
        asking = decide(graph, situation)
        answer: Answer = None
        node_began = time.monotonic()
        while True:
            try:
                request = asking.send(answer)
            except StopIteration as finished:
                driven.decision = finished.value
                return
            if isinstance(request, NodeFinished):
                now = time.monotonic()
                driven.node_milliseconds[request.node_id] = round((now - node_began) * 1000, 3)
                node_began, answer = now, None
                continue
            began = time.monotonic()
            answer = await self._answer(situation, request, watchlist_cap)
            self._keep(driven, request, answer, time.monotonic() - began)

    async def _answer(self, situation: Situation, request: Request, watchlist_cap: int | None) -> Answer:
        match request:
            case MarketsRequest():
                return await self._markets.markets(request.query)
            case MarketsByIdRequest():
                return await self._markets.markets_by_id(request.market_ids)
            case BooksRequest():
                return BooksAnswer.model_construct(
                    books=dict(await self._markets.books(request.token_ids, BOOK_AGE_MAX))
                )
            case PriceHistoriesRequest():
                found = await self._markets.price_histories(request.token_ids, request.lookback)
                return HistoriesAnswer.model_construct(histories=dict(found))
            case WatchlistRequest():
                return await self._watchlists.read(situation.strategy_id, situation.now, watchlist_cap)
            case TradesRequest():
                trades = await self._markets.recent_trades(request.condition_ids)
                return PublicTradesAnswer.model_construct(trades=dict(trades))
            case HoldersRequest():
                holders = await self._markets.holders(request.condition_ids)
                return PublicHoldersAnswer.model_construct(holders=dict(holders))
            case PositionsRequest():
                positions = await held_positions(self._database.prepared, situation.strategy_id)
                return PositionsAnswer(positions=positions)
            case FormulasRequest():
                if self._formulas is None:
                    raise FormulaEngineUnavailable("no formula engine runs here")
                results = await self._formulas.evaluate(request.formula, request.names, request.rows)
                return FormulasAnswer.model_construct(results=results)
            case NodeFinished():
                return None

    def _keep(self, driven: Driven, request: Request, answer: Answer, seconds: float) -> None:
        # Answers per token are kept one by one: other strategies ask for other sets of the same tokens.
        stored: str | dict[str, str]
        if isinstance(answer, BooksAnswer):
            stored = {token: self._encode(driven, book) for token, book in answer.books.items()}
        elif isinstance(answer, HistoriesAnswer):
            stored = {token: self._encode(driven, history) for token, history in answer.histories.items()}
        elif isinstance(answer, PublicTradesAnswer):
            stored = {market: self._encode(driven, trades) for market, trades in answer.trades.items()}
        elif isinstance(answer, PublicHoldersAnswer):
            stored = {market: self._encode(driven, holders) for market, holders in answer.holders.items()}
        elif answer is not None:
            stored = self._encode(driven, answer)
        else:
            return
        driven.evidence.append(
            {
                "request": request.model_dump(mode="json"),
                "answer": stored,
                "duration_ms": round(seconds * 1000, 3),
            }
        )

    def _encode(self, driven: Driven, answer: BaseModel) -> str:
        digest, body = self._encoder.encode(answer)
        driven.bodies.append((digest, body))
        return digest

    def unstored(self, driven: Driven, at: datetime) -> list[tuple[str, bytes]]:
        """Bodies that this worker has not stored yet on that day."""
        return [pair for pair in driven.bodies if not self._encoder.is_stored(at.date(), pair[0])]

    def remember_stored(self, driven: Driven, at: datetime) -> None:
        """Call after the commit only."""
        for digest, _ in driven.bodies:
            self._encoder.remember_stored(at.date(), digest)
