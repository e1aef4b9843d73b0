"""Rules as closures in three-valued logic: True, False, or None where something needed is not known."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from domain.errors import InvalidGraph
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import Cost, Metric, find_metric
from domain.graph.conditions.rule import AllOf, AnyOf, Comparison, Not, Operator, Rule, comparisons_of
from domain.graph.words import exact_words

Test = Callable[[Facts], bool | None]

OPERATORS: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
LOOKBACKS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 48, 168, 336, 720, 1440))
"""Steps to which lookbacks are rounded up, so that many strategies share one cached history."""


@dataclass(frozen=True, slots=True)
class CompiledPart:
    """One comparison or group; `test` never raises."""

    rule: Rule
    test: Test
    parts: tuple["CompiledPart", ...] = ()
    metric: Metric | None = None
    threshold_words: str = ""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A whole rule. `watchlist` and `lookback` say what it needs beyond market data."""

    root: CompiledPart
    test: Test
    watchlist: bool
    lookback: timedelta | None


def metric_of(comparison: Comparison) -> Metric:
    metric = find_metric(comparison.metric)
    if metric is None:
        raise InvalidGraph(f"{comparison.metric} is no metric")
    return metric


def lookback_for(window: timedelta) -> timedelta:
    """How much history shows momentum over `window`: half as much again, rounded up to a shared step."""
    needed = window * 3 / 2
    return next((step for step in LOOKBACKS if step >= needed), LOOKBACKS[-1])


def compile_rule(rule: Rule) -> CompiledRule:
    metrics = [metric_of(comparison) for comparison in comparisons_of(rule)]
    windows = [metric.window for metric in metrics if metric.window is not None]
    root = _compile(rule)
    return CompiledRule(
        root=root,
        test=root.test,
        watchlist=any(metric.cost is Cost.WATCHLIST for metric in metrics),
        lookback=lookback_for(max(windows)) if windows else None,
    )


def _compile(rule: Rule) -> CompiledPart:
    match rule:
        case Comparison():
            metric = metric_of(rule)
            return CompiledPart(rule, _comparison(rule, metric), (), metric, exact_words(rule.value))
        case AllOf():
            parts = tuple(_compile(part) for part in rule.all)
            return CompiledPart(rule, _all(tuple(part.test for part in parts)), parts)
        case AnyOf():
            parts = tuple(_compile(part) for part in rule.any)
            return CompiledPart(rule, _any(tuple(part.test for part in parts)), parts)
        case Not():
            inner = _compile(rule.not_)
            return CompiledPart(rule, _not(inner.test), (inner,))


def _comparison(comparison: Comparison, metric: Metric) -> Test:
    read = metric.read
    compare = OPERATORS[comparison.op]
    threshold = comparison.value

    def test(facts: Facts) -> bool | None:
        value = read(facts)
        return None if value is None else compare(value, threshold)

    return test


def _all(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool | None:
        result: bool | None = True
        for part in tests:
            held = part(facts)
            if held is False:
                return False
            if held is None:
                result = None
        return result

    return test


def _any(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool | None:
        result: bool | None = False
        for part in tests:
            held = part(facts)
            if held is True:
                return True
            if held is None:
                result = None
        return result

    return test


def _not(part: Test) -> Test:
    def test(facts: Facts) -> bool | None:
        held = part(facts)
        return None if held is None else not held

    return test
