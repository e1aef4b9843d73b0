"""Which outcome of a market is meant: by its name, or by its place."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from domain.graph.conditions.facts import price_of
from domain.graph.nodes.stream_markets import as_words
from domain.market.market import Market, Outcome

OutcomeName = Annotated[str, StringConstraints(max_length=120), AfterValidator(as_words)]
PLACES = ("first", "second")


def find_outcome(market: Market, name: str) -> Outcome | None:
    """The outcome of that name, whatever its case; `first` and `second` also mean its place."""
    chosen = market.outcome(name)
    if chosen is not None or name.casefold() not in PLACES:
        return chosen
    place = PLACES.index(name.casefold())
    return market.outcomes[place] if place < len(market.outcomes) else None


def outcome_price(market: Market, outcome: Outcome) -> Decimal | None:
    """The midpoint of the book as the market shows it, seen from this outcome; else its last known price."""
    if market.spread is None or len(market.outcomes) > 2:
        return outcome.price
    price = price_of(market)
    if price is None:
        return None
    return price if outcome.token_id == market.outcomes[0].token_id else 1 - price
