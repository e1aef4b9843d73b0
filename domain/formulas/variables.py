"""Variables of formulas: the metrics of conditions and the quotes of the book."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import Metric, find_metric, metric_names

ALIASES = {"volume24h": "volume_24h"}
"""Other spellings of a variable."""


def _best_bid(facts: Facts) -> Decimal | None:
    return facts.market.best_bid if facts.market is not None else None


def _best_ask(facts: Facts) -> Decimal | None:
    return facts.market.best_ask if facts.market is not None else None


def _midpoint(facts: Facts) -> Decimal | None:
    bid, ask = _best_bid(facts), _best_ask(facts)
    return (bid + ask) / 2 if bid is not None and ask is not None else None


QUOTES: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "midpoint",
            "midpoint",
            "USDC per share",
            "Middle between best bid and best ask of the first outcome.",
            "the book does not have both sides",
            _midpoint,
        ),
        Metric(
            "best_bid",
            "best bid",
            "USDC per share",
            "Highest price somebody offers for the first outcome.",
            "nobody bids",
            _best_bid,
        ),
        Metric(
            "best_ask",
            "best ask",
            "USDC per share",
            "Lowest price at which somebody sells the first outcome.",
            "nobody asks",
            _best_ask,
        ),
    )
}

# mathjs ends a number where a letter begins (2price is 2 × price), so names cannot simply be split off at word ends.
_NUMBER_OR_NAME = re.compile(r"0[xX][0-9a-fA-F.]+|\d+\.?\d*(?:[eE][+-]?\d+)?|[^\W\d]\w*")


@lru_cache(maxsize=1024)
def find_variable(name: str) -> Metric | None:
    """The number behind a name; None when it is no variable."""
    return QUOTES.get(name) or find_metric(ALIASES.get(name, name))


def variable_names() -> list[str]:
    """Names that are offered; momentum works over any other window too."""
    return [*metric_names(), *QUOTES, *ALIASES]


def variables_named_in(formula: str) -> dict[str, Metric]:
    """Every variable whose name occurs, as written, in order of occurrence: at least those the formula uses.

    Names within texts and of a formula's own variables are found as well; whether they are used, only mathjs knows.
    """
    named = dict.fromkeys(found for found in _NUMBER_OR_NAME.findall(formula) if not found[0].isdigit())
    known = ((name, find_variable(name)) for name in named)
    return {name: metric for name, metric in known if metric is not None}


def longest_window(metrics: list[Metric]) -> timedelta | None:
    """The longest momentum window among them."""
    return max((metric.window for metric in metrics if metric.window is not None), default=None)


def describe_variables() -> list[dict[str, Any]]:
    """JSON-able list of the offered variables: name, title, unit, description."""
    offered = ((name, find_variable(name)) for name in variable_names())
    return [
        {"name": name, "title": metric.words, "unit": metric.unit, "description": metric.description}
        for name, metric in offered
        if metric is not None
    ]
