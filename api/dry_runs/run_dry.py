"""One evaluation by the same decision core that executions use, of which nothing but the answer remains."""

import asyncio
import time
from datetime import datetime
from uuid import UUID, uuid4

from activities.decision_driving import DecisionDriver, Driven
from api.dry_runs.pinned_market_data import pinned_market_data
from api.dry_runs.schemas import DryRun, DryRunView, FailureView
from api.dry_runs.view import effect_view, goes_on_view, node_view
from api.parts import ApiParts
from api.problem import invalid_request, not_found, unavailable
from api.strategies.drawn_graph import drawn_graph, refuse_faults
from api.strategies.version_settings import stored_settings
from api.versions.read_versions import version_graph
from db.models import StrategyVersion
from db.repositories import strategy_views
from db.repositories.versions import numbered_version
from domain.errors import DomainError
from domain.graph.compile_graph import CompiledGraph, compile_graph
from domain.graph.graph import Graph
from domain.graph.node_failed import NodeFailed
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import CarriedItem, EntryPoint, Situation
from domain.strategy.settings import WatchlistRules
from exchange.ports import MarketData

SECONDS_MAX = 10.0
EFFECTS_SHOWN = 100
MESSAGE_MAX = 500


async def run_dry(parts: ApiParts, user_id: UUID, request: DryRun, now: datetime) -> DryRunView:
    """Raises ApiProblem 404, 422 invalid_graph and invalid_request, 503 when venue or evaluation take too long."""
    graph, watchlist = await _tried(parts, user_id, request)
    situation = Situation(
        # Of a strategy that is none the watchlist is empty and nothing is held.
        strategy_id=request.strategy_id or uuid4(),
        number=1,
        step=0,
        now=now,
        entry=_entry(request, graph),
    )
    began = time.monotonic()
    try:
        async with asyncio.timeout(SECONDS_MAX), parts.dry_runs:
            driven, failure = await _drive(parts, request, graph, situation, watchlist.cap)
    except TimeoutError:
        raise unavailable(f"The dry run took longer than {SECONDS_MAX:.0f} seconds.", 5) from None
    return _view(parts, driven, failure, now, time.monotonic() - began)


async def _tried(parts: ApiParts, user_id: UUID, request: DryRun) -> tuple[CompiledGraph, WatchlistRules]:
    version, rules = await _version(parts, user_id, request)
    if request.graph is not None:
        graph = Graph.model_validate(drawn_graph(request.graph).graph)
    else:
        assert version is not None, "a graph or a strategy: checked when it was read"
        graph = version_graph(version)
    refuse_faults(validate_graph(graph))
    return compile_graph(graph), rules


async def _version(
    parts: ApiParts, user_id: UUID, request: DryRun
) -> tuple[StrategyVersion | None, WatchlistRules]:
    """Of the strategy, if one is named, the wished version, else the published one."""
    if request.strategy_id is None:
        return None, WatchlistRules()
    async with parts.database.read() as session:
        record = await strategy_views.find_strategy(session, user_id, request.strategy_id)
        if record is None:
            raise not_found("strategy")
        version: StrategyVersion | None = record.version
        if request.version is not None:
            version = await numbered_version(session, request.strategy_id, request.version)
    if version is None:
        raise not_found("version")
    return version, stored_settings(version, record.strategy).watchlist


def _entry(request: DryRun, graph: CompiledGraph) -> EntryPoint:
    pinned = request.pinned_node
    if pinned is None:
        return EntryPoint()
    index = graph.place.get(pinned.node_id)
    if index is None:
        raise invalid_request(f"The graph has no node “{pinned.node_id}”.", "pinned_node.node_id")
    ports = graph.nodes[index].output_kinds
    if pinned.port not in ports:
        known = ", ".join(ports) or "none"
        raise invalid_request(
            f"“{pinned.node_id}” has no port “{pinned.port}”; it has: {known}.", "pinned_node.port"
        )
    items = tuple(CarriedItem(market_id=market_id) for market_id in pinned.market_ids)
    return EntryPoint(node_id=pinned.node_id, port=pinned.port, items=items)


async def _drive(
    parts: ApiParts, request: DryRun, graph: CompiledGraph, situation: Situation, watchlist_cap: int
) -> tuple[Driven, FailureView | None]:
    markets: MarketData = parts.market_data
    if request.pinned_markets:
        markets = await pinned_market_data(markets, request.pinned_markets, situation.now)
    driver = DecisionDriver(parts.database, markets, parts.formulas)
    driven = Driven()
    try:
        await driver.drive(graph, situation, driven, watchlist_cap)
    except NodeFailed as broken:
        return driven, FailureView(node_id=broken.node_id, message=str(broken)[:MESSAGE_MAX])
    except DomainError as wrong:
        return driven, FailureView(node_id=None, message=str(wrong)[:MESSAGE_MAX])
    return driven, None


def _view(
    parts: ApiParts, driven: Driven, failure: FailureView | None, now: datetime, seconds: float
) -> DryRunView:
    decision = driven.decision
    nodes = decision.nodes if decision is not None else ()
    effects = decision.effects if decision is not None else ()
    deferrals = decision.deferrals if decision is not None else ()
    return DryRunView(
        evaluated_at=now,
        source=parts.source,
        duration_ms=round(seconds * 1000),
        nodes=[node_view(node, driven.node_milliseconds.get(node.node_id)) for node in nodes],
        effects=[effect_view(effect, nodes) for effect in effects[:EFFECTS_SHOWN]],
        effects_total=len(effects),
        goes_on=[goes_on_view(deferral) for deferral in deferrals],
        failure=failure,
    )
