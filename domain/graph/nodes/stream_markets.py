"""Stream Markets: markets of the venue that match a query."""

from decimal import Decimal
from functools import partial
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.facts import price_of
from domain.graph.config_field import USDC_MOST, Config, DecimalText
from domain.graph.item import Item
from domain.graph.nodes.node_type import (
    CONTROL_IN,
    Evaluate,
    Group,
    NodeInput,
    NodeResult,
    NodeType,
    Outcome,
    Work,
)
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import exact_words, joined, number_words, plural, quoted
from domain.market.market import Market
from domain.market.query import MarketQuery

LIMIT_MOST = 500
HOURS_MOST = "87600"


def as_slug(text: str) -> str:
    """Tags are slugs: lower case, words joined by hyphens."""
    slug = "-".join(text.casefold().split())
    if not slug or not all(character.isalnum() or character in "-_." for character in slug):
        raise PydanticCustomError(
            "tag", "must be a category or tag such as politics, in letters, digits and hyphens"
        )
    return slug


def as_words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise PydanticCustomError("text", "must contain a word; leave it out to match any question")
    return words


Tag = Annotated[str, StringConstraints(max_length=80), AfterValidator(as_slug)]
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(as_words)]
Amount = Annotated[Decimal, DecimalText(unit="USDC", least="0", most=USDC_MOST)]
Hours = Annotated[Decimal, DecimalText(unit="hours", least="0", most=HOURS_MOST)]


class StreamMarketsConfig(Config):
    """All given conditions must hold; what is left out does not restrict."""

    tag: Tag | None = Field(
        default=None, title="Category or tag", description="Category or tag of the market, such as politics."
    )
    text: Text | None = Field(
        default=None,
        title="Words",
        description="Words that must all occur in the question or the event's title.",
    )
    volume_min: Amount | None = Field(
        default=None, title="Volume at least", description="All that was ever traded, in USDC."
    )
    liquidity_min: Amount | None = Field(
        default=None, title="Liquidity at least", description="Money resting in the order book, in USDC."
    )
    end_after_hours: Hours | None = Field(
        default=None,
        title="Ends after",
        description="Leaves out markets that end sooner than this many hours.",
    )
    end_within_hours: Hours | None = Field(
        default=None,
        title="Ends within",
        description="Leaves out markets that end later than this many hours.",
    )
    limit: int = Field(
        default=200,
        ge=1,
        le=LIMIT_MOST,
        strict=True,
        title="At most",
        description="Highest number of markets, those with the highest volume first.",
        json_schema_extra={"x-unit": "markets"},
    )

    @model_validator(mode="after")
    def window_is_open(self) -> Self:
        if (
            self.end_after_hours is not None
            and self.end_within_hours is not None
            and self.end_after_hours >= self.end_within_hours
        ):
            raise PydanticCustomError(
                "end_window", "ends after must be less than ends within, or no market can ever match"
            )
        return self


def rule(config: StreamMarketsConfig) -> str:
    parts = [
        f"in {config.tag}" if config.tag is not None else None,
        f"about {quoted(config.text)}" if config.text is not None else None,
        _at_least("volume", config.volume_min),
        _at_least("liquidity", config.liquidity_min),
        _hours("ending after", config.end_after_hours),
        _hours("ending within", config.end_within_hours),
    ]
    given = [part for part in parts if part is not None]
    return f"up to {plural(config.limit, 'market')}{': ' if given else ''}{joined(given)}"


def _at_least(noun: str, amount: Decimal | None) -> str | None:
    return f"{noun} at least {exact_words(amount)}" if amount is not None else None


def _hours(words: str, hours: Decimal | None) -> str | None:
    return f"{words} {exact_words(hours)} hours" if hours is not None else None


def found_sentence(market: Market) -> str:
    price = price_of(market)
    shown = f", price {number_words(price)}" if price is not None else ""
    return f"found: volume {number_words(market.volume)}{shown}, liquidity {number_words(market.liquidity)}"


def prepare(config: StreamMarketsConfig) -> Evaluate:
    query = MarketQuery(
        tag=config.tag,
        text=config.text,
        volume_min=config.volume_min,
        liquidity_min=config.liquidity_min,
        end_after_hours=config.end_after_hours,
        end_within_hours=config.end_within_hours,
        limit=config.limit,
    )

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        markets = yield from scope.find_markets(query)
        return NodeResult(
            outcomes=[Outcome(Item(market.id), "out", partial(found_sentence, market)) for market in markets],
        )

    return evaluate


STREAM_MARKETS = NodeType(
    type="stream_markets",
    title="Stream Markets",
    group=Group.DATA,
    description="Finds open markets by category, words, volume, liquidity and end date, highest volume first.",
    config=StreamMarketsConfig,
    rule=rule,
    prepare=prepare,
    inputs=(CONTROL_IN,),
    outputs=(OutputPort("out", "Markets", PortKind.MARKETS, "The markets found."),),
)
