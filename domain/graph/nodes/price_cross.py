"""Price Cross: whether a price went through a level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from domain.graph.conditions.compile_rule import lookback_for
from domain.graph.config_field import Config, DecimalText
from domain.graph.item import Item
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
from domain.graph.nodes.outcome_choice import OutcomeName, find_outcome, outcome_price
from domain.graph.nodes.scope import Scope
from domain.graph.nodes.thresholds import PORTS
from domain.graph.nodes.window import WindowText, duration_of
from domain.graph.words import bounded, exact_words, quoted, unlike
from domain.market.price_history import PriceHistory, price_at

Direction = Literal["above", "below", "either"]
STALE_LEAST = timedelta(minutes=10)


class PriceCrossConfig(Config):
    """Which level, which way, and within which time."""

    level: Annotated[Decimal, DecimalText(unit="USDC per share", least="0.001", most="0.999")] = Field(
        title="Level", description="The price to be crossed, 0 to 1."
    )
    direction: Direction = Field(
        default="above", title="Crossed to", description="Above: from below the level to it or above it."
    )
    window: WindowText = Field(
        default="1h", title="Within", description="How long ago the price may have been on the other side."
    )
    outcome: OutcomeName = Field(
        default="first",
        title="Outcome",
        description="Whose price: a name such as Yes or No, or first or second for its place.",
    )


@dataclass(frozen=True, slots=True)
class Course:
    """The price of now, and the lowest and highest within the window."""

    now: Decimal
    lowest: Decimal
    highest: Decimal

    def crossed(self, level: Decimal, direction: Direction) -> bool:
        up = self.lowest < level <= self.now
        down = self.highest > level >= self.now
        return up if direction == "above" else down if direction == "below" else up or down


def course_of(history: PriceHistory, price: Decimal, now: datetime, window: timedelta) -> Course | None:
    """None when no price within the window is known. The last price before its beginning counts while it is fresh."""
    known: list[Decimal] = [point.price for point in history.points if now - window <= point.at <= now]
    first = price_at(history, now - window, tolerance=max(window / 2, STALE_LEAST))
    if first is not None:
        known.append(first)
    if not known:
        return None
    return Course(price, min(*known, price), max(*known, price))


def words(config: PriceCrossConfig, course: Course) -> str:
    level = exact_words(config.level)
    price, low, high = (unlike(number, level) for number in (course.now, course.lowest, course.highest))
    if course.crossed(config.level, "above") and config.direction != "below":
        return f"price {price} crossed above {level}: it was {low} within {config.window}"
    if course.crossed(config.level, "below") and config.direction != "above":
        return f"price {price} crossed below {level}: it was {high} within {config.window}"
    side = "at" if course.now == config.level else "above" if course.now > config.level else "below"
    return f"price {price} is {side} {level} without crossing it: between {low} and {high} within {config.window}"


def rule(config: PriceCrossConfig) -> str:
    way = "above or below" if config.direction == "either" else config.direction
    return f"price of {config.outcome} crossed {way} {exact_words(config.level)} within {config.window}"


def prepare(config: PriceCrossConfig) -> Evaluate:
    window = duration_of(config.window)

    def look(item: Item, scope: Scope) -> tuple[str, Decimal] | str:
        """Token and price of the outcome, or why there are none."""
        market = scope.markets.get(item.market_id)
        if market is None:
            return "the market was not found"
        outcome = find_outcome(market, config.outcome)
        if outcome is None:
            return bounded(f"the market has no outcome {quoted(config.outcome)}")
        price = outcome_price(market, outcome)
        return "the market has no price" if price is None else (outcome.token_id, price)

    def judge(item: Item, seen: tuple[str, Decimal] | str, scope: Scope) -> Outcome:
        if isinstance(seen, str):
            return Outcome(item, None, seen)
        token, price = seen
        history = scope.histories.get(token)
        course = course_of(history, price, scope.now, window) if history is not None else None
        if course is None:
            return Outcome(item, None, f"past prices are not known: there are none within {config.window}")
        held = course.crossed(config.level, config.direction)
        return Outcome(item, PORTS[held], partial(words, config, course))

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        seen: Sequence[tuple[str, Decimal] | str] = [look(item, scope) for item in given.items]
        tokens = [known[0] for known in seen if not isinstance(known, str)]
        yield from scope.read_histories(tokens, lookback_for(window))
        return NodeResult(
            outcomes=[judge(item, known, scope) for item, known in zip(given.items, seen, strict=True)]
        )

    return evaluate


PRICE_CROSS = NodeType(
    type="price_cross",
    title="Price Cross",
    group=Group.CONDITION,
    description="Sends markets to true whose price went through a level within a time: it was on the other side and is now "
    "at the level or beyond.",
    config=PriceCrossConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets whose price crossed the level.", "Markets whose price did not."),
)
