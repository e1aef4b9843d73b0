"""Check Volume: whether enough is traded."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.explain_rule import rule_words
from domain.graph.conditions.rule import Rule
from domain.graph.conditions.settings import joined_rule
from domain.graph.config_field import USDC_MOST, Config, DecimalText
from domain.graph.nodes.judging import judged_by, two_ways
from domain.graph.nodes.node_type import MARKETS_IN, Group, NodeType
from domain.graph.nodes.thresholds import at_least, at_most

Amount = Annotated[Decimal, DecimalText(unit="USDC", least="0", most=USDC_MOST)]


class CheckVolumeConfig(Config):
    """All given thresholds must hold."""

    volume_min: Amount | None = Field(
        default=None, title="Volume at least", description="All that was ever traded."
    )
    volume_max: Amount | None = Field(
        default=None, title="Volume at most", description="All that was ever traded."
    )
    volume_24h_min: Amount | None = Field(
        default=None, title="24-hour volume at least", description="Traded in the last 24 hours."
    )
    share_24h_min: Annotated[Decimal, DecimalText(unit="ratio", least="0", most="1")] | None = Field(
        default=None,
        title="Surge at least",
        description="24-hour volume as part of all volume: 0.25 means a quarter was traded within a day.",
    )

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if not self.parts:
            raise PydanticCustomError("threshold", "needs at least one threshold")
        if self.volume_min is not None and self.volume_max is not None and self.volume_min > self.volume_max:
            raise PydanticCustomError("volume_band", "volume at least must not be above volume at most")
        return self

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (
            *at_least("volume", self.volume_min),
            *at_most("volume", self.volume_max),
            *at_least("volume_24h", self.volume_24h_min),
            *at_least("volume_24h_share", self.share_24h_min),
        )


def whole(config: CheckVolumeConfig) -> Rule:
    return joined_rule("all", config.parts)


CHECK_VOLUME = NodeType(
    type="check_volume",
    title="Check Volume",
    group=Group.CONDITION,
    description="Sends markets to true when enough is traded: in all, in the last 24 hours, or as a surge.",
    config=CheckVolumeConfig,
    rule=lambda config: rule_words(whole(config)),
    prepare=judged_by(whole),
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets with enough volume.", "Markets with too little or too much."),
)
