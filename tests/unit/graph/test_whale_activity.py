from datetime import timedelta
from typing import Any

import pytest

from domain.strategy.decision import Decision
from tests.unit.graph.world import World, drawn, left, market, node, public_trade, run, summary

STREAM = node("s", "stream_markets")
MINUTE = timedelta(minutes=1)
BUY = public_trade("1-yes", "BUY", "0.40", "30000", 5 * MINUTE, "0xa")
"""12,000 USDC for Yes."""


def looked(world: World, **config: Any) -> Decision:
    nodes = [STREAM, node("c", "whale_activity", **config), node("w", "wait", minutes=1), node("e", "end")]
    return run(drawn(nodes, "s>c", "c.buying>w", "c.selling>w", "c.quiet>w", "w>e"), world)


def told(decision: Decision) -> tuple[str | None, str]:
    (verdict,) = summary(decision, "c").verdicts
    return verdict.port, verdict.sentence


def attached(decision: Decision) -> dict[str, str]:
    return decision.deferrals[0].items[0].values


def world_of(*trades: Any, truncated: bool = False) -> World:
    return World([market("1")], trades={"0x1": list(trades)}, truncated=truncated)


def test_large_buys_are_buying() -> None:
    small = public_trade("1-yes", "SELL", "0.40", "100")
    old = public_trade("1-yes", "SELL", "0.40", "90000", 61 * MINUTE)
    decision = looked(world_of(BUY, small, old))
    assert told(decision) == ("buying", "12,000 USDC net bought is above 10,000 in 1 large trade within 1h")
    assert attached(decision) == {"whale_net": "12000", "whale_trades": "1"}


@pytest.mark.parametrize(
    ("token", "side", "port"),
    [
        ("1-yes", "BUY", "buying"),
        ("1-no", "SELL", "buying"),
        ("1-yes", "SELL", "selling"),
        ("1-no", "BUY", "selling"),
    ],
)
def test_buying_one_outcome_is_selling_the_other(token: str, side: Any, port: str) -> None:
    decision = looked(world_of(public_trade(token, side, "0.50", "20000")))
    assert told(decision)[0] == port


def test_small_net_is_quiet() -> None:
    back = public_trade("1-yes", "SELL", "0.40", "20000")
    assert told(looked(world_of(BUY, back))) == (
        "quiet",
        "4,000 USDC net bought is below 10,000 in 2 large trades within 1h",
    )


def test_holder_changes_count_all_trades_of_large_holders() -> None:
    many = [public_trade("1-yes", "BUY", "0.50", "1000", n * MINUTE, "0xb") for n in range(1, 31)]
    stranger = public_trade("1-yes", "SELL", "0.50", "90000", MINUTE, "0xc")
    world = world_of(*many, stranger)
    world.holders = {"0x1": [("0xb", "50000"), ("0xd", "10")]}
    decision = looked(world, large_trades=False, holder_changes=True)
    assert told(decision) == ("buying", "15,000 USDC net bought is above 10,000 by 1 large holder within 1h")
    assert attached(decision) == {"holders_net": "15000"}
    assert world.kinds_asked() == ["markets", "trades", "holders"]


def test_holders_are_not_asked_for_unless_wished() -> None:
    world = world_of(BUY)
    looked(world)
    assert world.kinds_asked() == ["markets", "trades"]


def test_signals_that_contradict_each_other_are_quiet() -> None:
    sold = [public_trade("1-yes", "SELL", "0.50", "1990", n * MINUTE, "0xb") for n in range(1, 31)]
    world = world_of(BUY, *sold)
    world.holders = {"0x1": [("0xb", "9")]}
    assert told(looked(world, holder_changes=True))[0] == "quiet"


@pytest.mark.parametrize(("match", "port"), [("any", "buying"), ("all", "quiet")])
def test_both_signals_may_be_needed(match: str, port: str) -> None:
    world = world_of(BUY)
    world.holders = {"0x1": [("0xz", "9")]}
    assert told(looked(world, holder_changes=True, match=match))[0] == port


def test_trades_that_do_not_reach_back_are_said_to() -> None:
    said = told(looked(world_of(BUY, truncated=True)))[1]
    assert said.endswith("within 1h (trades are only known since 2026-11-22 11:55 UTC)")
    reaching = public_trade("1-yes", "BUY", "0.40", "1", 90 * MINUTE)
    assert "only known" not in told(looked(world_of(BUY, reaching, truncated=True)))[1]


def test_only_the_first_markets_are_looked_at() -> None:
    world = World([market("1"), market("2")], trades={"0x1": [BUY]})
    decision = looked(world, markets_max=1)
    assert left(decision, "c", None) == ["2"]
    assert summary(decision, "c").verdicts[1].sentence == "not looked at: only the first 1 markets are"
