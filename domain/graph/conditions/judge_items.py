"""Judging items by a rule: first with what is known, then asking only about those still undecided."""

from collections.abc import Generator, Sequence

from domain.graph.conditions.compile_rule import CompiledRule
from domain.graph.conditions.facts import Facts, token_of
from domain.graph.item import Item
from domain.graph.nodes.scope import Scope
from domain.strategy.requests import Answer, Request

Judgement = tuple[Item, bool | None, Facts]


def judge_items(
    rule: CompiledRule, items: Sequence[Item], scope: Scope
) -> Generator[Request, Answer, list[Judgement]]:
    """One judgement per item, in order. The watchlist and price histories are asked for only where they can decide."""
    markets, test = scope.markets, rule.test
    watchlist = scope.known_watchlist()
    facts = [
        Facts(
            item.market_id,
            markets.get(item.market_id),
            scope.now,
            watchlist,
            scope.histories,
            item.values,
        )
        for item in items
    ]
    results = [test(fact) for fact in facts]
    if rule.watchlist and watchlist is None and None in results:
        watchlist = yield from scope.read_watchlist()
        for fact in facts:
            fact.watchlist = watchlist
        _judge_undecided(rule, facts, results)
    if rule.lookback is not None and None in results:
        undecided = [fact for fact, result in zip(facts, results, strict=True) if result is None]
        tokens = [token for token in map(token_of_facts, undecided) if token is not None]
        yield from scope.read_histories(tokens, rule.lookback)
        for fact in undecided:
            fact.forget_momentum()
        _judge_undecided(rule, facts, results)
    return list(zip(items, results, facts, strict=True))


def token_of_facts(facts: Facts) -> str | None:
    return token_of(facts.market)


def _judge_undecided(rule: CompiledRule, facts: Sequence[Facts], results: list[bool | None]) -> None:
    for index, result in enumerate(results):
        if result is None:
            results[index] = rule.test(facts[index])
