"""Check Spread and Depth: what the order book of one outcome costs and holds."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.compile_rule import compile_rule
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.rule import Comparison, Rule
from domain.graph.conditions.settings import joined_rule
from domain.graph.config_field import USDC_MOST, Config, DecimalText
from domain.graph.item import Item
from domain.graph.nodes.attach import with_numbers
from domain.graph.nodes.judging import two_ways
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
from domain.graph.nodes.outcome_choice import OutcomeName, find_outcome
from domain.graph.nodes.scope import Scope
from domain.graph.nodes.thresholds import PORTS, at_least, at_most
from domain.graph.words import bounded, exact_words, quoted
from domain.market.order_book import Level, OrderBook

NUMBERS = ("book_spread", "book_depth_bids", "book_depth_asks")


class CheckSpreadDepthConfig(Config):
    """Which book, and what it must offer; at least one threshold."""

    outcome: OutcomeName = Field(
        default="first",
        title="Outcome",
        description="Whose book: a name such as Yes or No, or first or second for its place.",
    )
    spread_max: Annotated[Decimal, DecimalText(unit="USDC per share", least="0", most="1")] | None = Field(
        default=None, title="Spread at most", description="Best ask minus best bid."
    )
    depth_min: Annotated[Decimal, DecimalText(unit="USDC", least="0", most=USDC_MOST)] | None = Field(
        default=None, title="Depth at least", description="Money resting near the best price."
    )
    depth_side: Literal["both", "bids", "asks"] = Field(
        default="both",
        title="Depth of",
        description="Which side must be deep enough: asks to buy, bids to sell.",
    )
    depth_within: Annotated[Decimal, DecimalText(unit="USDC per share", least="0.001", most="1")] = Field(
        default=Decimal("0.05"),
        title="Depth within",
        description="How far from the best price money still counts.",
    )

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if not self.parts:
            raise PydanticCustomError("threshold", "needs a spread at most or a depth at least")
        return self

    @property
    def parts(self) -> tuple[Comparison, ...]:
        sides = ("bids", "asks") if self.depth_side == "both" else (self.depth_side,)
        depths = (at_least(f"book_depth_{side}", self.depth_min) for side in sides)
        return (*at_most("book_spread", self.spread_max), *(part for depth in depths for part in depth))


def whole(config: CheckSpreadDepthConfig) -> Rule:
    return joined_rule("all", config.parts)


def rule(config: CheckSpreadDepthConfig) -> str:
    return f"{config.outcome}: {rule_words(whole(config))}, counted within {exact_words(config.depth_within)}"


def depth_near_best(levels: Sequence[Level], within: Decimal) -> Decimal:
    """USDC in the levels not further than `within` from the first, the best one; 0 for an empty side."""
    if not levels:
        return Decimal(0)
    best = levels[0].price
    return sum(
        (level.price * level.size for level in levels if abs(level.price - best) <= within), Decimal(0)
    )


def measured(item: Item, book: OrderBook, within: Decimal) -> Item:
    return with_numbers(
        item,
        book_spread=book.spread,
        book_depth_bids=depth_near_best(book.bids, within),
        book_depth_asks=depth_near_best(book.asks, within),
    )


def prepare(config: CheckSpreadDepthConfig) -> Evaluate:
    compiled = compile_rule(whole(config))

    def token_of(item: Item, scope: Scope) -> str | None:
        market = scope.markets.get(item.market_id)
        chosen = find_outcome(market, config.outcome) if market is not None else None
        return chosen.token_id if chosen is not None else None

    def judge(item: Item, token: str | None, scope: Scope) -> Outcome:
        market = scope.markets.get(item.market_id)
        book = scope.books.get(token) if token is not None else None
        if book is None:
            said = (
                "the market was not found"
                if market is None
                else f"the market has no outcome {quoted(config.outcome)}"
                if token is None
                else "the venue has no book for it"
            )
            blank = with_numbers(item, **dict.fromkeys(NUMBERS))
            return Outcome(blank, None, bounded(f"the book is not known: {said}"))
        known = measured(item, book, config.depth_within)
        facts = Facts(item.market_id, market, scope.now, None, scope.histories, known.values)
        return Outcome(known, PORTS[compiled.test(facts)], partial(explain, compiled, facts))

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        tokens = [token_of(item, scope) for item in given.items]
        yield from scope.read_books([token for token in tokens if token is not None])
        return NodeResult(
            outcomes=[judge(item, token, scope) for item, token in zip(given.items, tokens, strict=True)]
        )

    return evaluate


CHECK_SPREAD_DEPTH = NodeType(
    type="check_spread_depth",
    title="Check Spread and Depth",
    group=Group.CONDITION,
    description="Reads the order book of an outcome and sends the market to true when it is narrow and deep enough. "
    "Attaches book_spread, book_depth_bids and book_depth_asks.",
    config=CheckSpreadDepthConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets with a good book.", "Markets with a wide or thin book."),
)
