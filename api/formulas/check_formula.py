"""Reads a formula as saving would, and computes it for one market as an execution would. Nothing is stored."""

import asyncio
from collections.abc import Generator
from datetime import datetime
from typing import cast

from api.formulas.graph_problems import formulas_unavailable
from api.formulas.schemas import FormulaCheck, FormulaCheckView, FormulaPreview, VariableValue
from api.parts import ApiParts
from api.problem import not_found, unavailable
from domain.formulas.variables import variables_named_in
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import Metric
from domain.graph.item import Item
from domain.graph.nodes.formula import explain, gather, port_of, text_of
from domain.graph.nodes.scope import Scope
from domain.market.answers import MarketsAnswer
from domain.strategy.requests import (
    Answer,
    HistoriesAnswer,
    MarketsByIdRequest,
    PriceHistoriesRequest,
    Request,
    WatchlistAnswer,
    WatchlistRequest,
)
from exchange.ports import MarketData
from formulas.engine import FormulaEngine
from formulas.errors import FormulaEngineUnavailable

SECONDS_MAX = 15.0


async def check_formula(parts: ApiParts, request: FormulaCheck, now: datetime) -> FormulaCheckView:
    """Raises ApiProblem 404 for an unknown market, 503 without engine or when the venue takes too long, and what the
    venue raises."""
    if parts.formulas is None:
        raise formulas_unavailable()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            parsed = await parts.formulas.parse(request.formula)
            preview = None
            if parsed.error is None and request.market_id is not None:
                preview = await _preview(
                    parts, parts.formulas, request.formula, request.market_id, parsed.variables, now
                )
    except FormulaEngineUnavailable as error:
        raise formulas_unavailable() from error
    except TimeoutError:
        raise unavailable(f"The preview took longer than {SECONDS_MAX:.0f} seconds.", 5) from None
    return FormulaCheckView(
        ok=parsed.error is None,
        problem=parsed.error,
        variables=list(dict.fromkeys(parsed.variables)),
        preview=preview,
    )


async def _preview(
    parts: ApiParts,
    engine: FormulaEngine,
    formula: str,
    market_id: str,
    used: tuple[str, ...],
    now: datetime,
) -> FormulaPreview:
    answer = await parts.market_data.markets_by_id([market_id])
    if not any(market.id == market_id for market in answer.markets):
        raise not_found("market")
    facts = await _driven(_facts(formula, market_id, now), parts.market_data, answer)
    variables = variables_named_in(formula)
    row = [text_of(metric, facts) for metric in variables.values()]
    (result,) = await engine.evaluate(formula, list(variables), [row])
    assert facts.market is not None, "it was found"
    return FormulaPreview(
        market_id=market_id,
        question=facts.market.question,
        observed_at=answer.observed_at,
        source=parts.source,
        values=[_value(name, variables[name], facts) for name in dict.fromkeys(used)],
        kind=result.kind,
        value=result.value,
        port=port_of(result),
        sentence=explain(formula, result, facts),
    )


def _facts(formula: str, market_id: str, now: datetime) -> Generator[Request, Answer, Facts]:
    """What a Formula node of a strategy with an empty watchlist would gather."""
    scope = Scope(now)
    yield from scope.read_markets([market_id])
    (facts,) = yield from gather(list(variables_named_in(formula).values()), [Item(market_id)], scope)
    return facts


async def _driven(work: Generator[Request, Answer, Facts], venue: MarketData, market: MarketsAnswer) -> Facts:
    answer: Answer = None
    while True:
        try:
            request = work.send(answer)
        except StopIteration as finished:
            return cast(Facts, finished.value)
        match request:
            case MarketsByIdRequest():
                answer = market
            case WatchlistRequest():
                answer = WatchlistAnswer.model_construct(entries=())
            case PriceHistoriesRequest():
                found = await venue.price_histories(request.token_ids, request.lookback)
                answer = HistoriesAnswer(histories=dict(found))
            case _:
                raise AssertionError(f"a formula asks for no {request.kind}")


def _value(name: str, metric: Metric, facts: Facts) -> VariableValue:
    value = metric.read(facts)
    return VariableValue(
        name=name,
        title=metric.words,
        unit=metric.unit,
        value=value,
        unknown=metric.unknown if value is None else None,
    )
