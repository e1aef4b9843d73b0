"""Formula: what a mathjs expression says about each market."""

from collections.abc import Generator, Sequence
from functools import partial

from pydantic import Field

from domain.formulas.formula_text import FormulaText
from domain.formulas.result import FormulaResult
from domain.formulas.variables import find_variable, longest_window, variables_named_in
from domain.graph.conditions.compile_rule import lookback_for
from domain.graph.conditions.facts import Facts, token_of
from domain.graph.conditions.metric import Cost, Metric
from domain.graph.config_field import Config
from domain.graph.item import Item
from domain.graph.nodes.node_type import (
    MARKETS_IN,
    Evaluate,
    Group,
    NodeInput,
    NodeResult,
    NodeType,
    Outcome,
    Work,
)
from domain.graph.nodes.scope import Scope, WrongAnswer
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import bounded, exact_words, joined, number_words
from domain.money import plain
from domain.strategy.requests import Answer, FormulasAnswer, FormulasRequest, Request

VALUES_NAMED = 6
RULE_MAX = 200


class FormulaConfig(Config):
    """One expression in the language of mathjs."""

    formula: FormulaText = Field(
        title="Formula",
        description="A mathjs expression, such as volume_24h / volume > 0.1 and spread < 0.02.",
    )


def prepare(config: FormulaConfig) -> Evaluate:
    variables = variables_named_in(config.formula)

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        if not given.items:
            return NodeResult()
        known = yield from gather(list(variables.values()), given.items, scope)
        rows = tuple(tuple(text_of(metric, facts) for metric in variables.values()) for facts in known)
        answer = yield FormulasRequest(formula=config.formula, names=tuple(variables), rows=rows)
        if not isinstance(answer, FormulasAnswer) or len(answer.results) != len(rows):
            raise WrongAnswer(f"a formulas request was answered with {type(answer).__name__}")
        return NodeResult(
            outcomes=[
                Outcome(
                    carrying(item, result), port_of(result), partial(explain, config.formula, result, facts)
                )
                for item, result, facts in zip(given.items, answer.results, known, strict=True)
            ]
        )

    return evaluate


def gather(
    metrics: list[Metric], items: Sequence[Item], scope: Scope
) -> Generator[Request, Answer, list[Facts]]:
    """Facts of each item, with what these metrics need and nothing more."""
    watchlist = scope.known_watchlist()
    if watchlist is None and any(metric.cost is Cost.WATCHLIST for metric in metrics):
        watchlist = yield from scope.read_watchlist()
    window = longest_window(metrics)
    if window is not None:
        tokens = [token_of(scope.markets.get(item.market_id)) for item in items]
        yield from scope.read_histories(
            [token for token in tokens if token is not None], lookback_for(window)
        )
    return [
        Facts(
            item.market_id,
            scope.markets.get(item.market_id),
            scope.now,
            watchlist,
            scope.histories,
            item.values,
        )
        for item in items
    ]


def text_of(metric: Metric, facts: Facts) -> str | None:
    value = metric.read(facts)
    return None if value is None else plain(value)


def port_of(result: FormulaResult) -> str | None:
    if result.kind == "boolean":
        return result.value
    return None if result.kind in ("unknown", "error") else "value"


def carrying(item: Item, result: FormulaResult) -> Item:
    """The item with the result attached as `formula`, and as `formula_text` in the unit the formula gave."""
    if result.kind in ("unknown", "error"):
        return item
    text = {"formula_text": result.text} if result.kind == "quantity" else {}
    return Item(item.market_id, {**item.values, "formula": result.value, **text})


def explain(formula: str, result: FormulaResult, facts: Facts) -> str:
    """Why the market goes where it goes, with the values that had a say."""
    match result.kind:
        case "unknown":
            variable = find_variable(result.value)
            why = variable.unknown if variable is not None else "there is no value"
            return bounded(f"{result.value} is not known: {why}")
        case "error":
            return bounded(f"the formula {result.value}")
        case "boolean":
            said = f"the formula is {result.value}"
        case _:
            said = f"the formula gives {result.text or result.value}"
    return bounded(f"{said}{values_words(formula, facts)}")


def values_words(formula: str, facts: Facts) -> str:
    """`: price 0.42, volume 600,000`; empty for a formula without variables."""
    pieces = []
    for name, metric in variables_named_in(formula).items():
        value = metric.read(facts)
        words = "unknown" if value is None else number_words(value) if abs(value) < 1 else exact_words(value)
        pieces.append(f"{name} {words}")
    return f": {joined(pieces, kept=VALUES_NAMED)}" if pieces else ""


FORMULA = NodeType(
    type="formula",
    title="Formula",
    group=Group.CONDITION,
    description=(
        "Computes an expression for each market: one that is true or false decides the way, any other result is "
        "attached. A market whose numbers are not known goes no way."
    ),
    config=FormulaConfig,
    rule=lambda config: bounded(f"if {' '.join(config.formula.split())}", RULE_MAX),
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("true", "True", PortKind.MARKETS, "Markets for which the formula is true."),
        OutputPort("false", "False", PortKind.MARKETS, "Markets for which it is false."),
        OutputPort(
            "value",
            "Value",
            PortKind.MARKETS,
            "Markets for which it gives a number or text, attached as formula.",
        ),
    ),
)
