"""What the copilot draws of the sentences of flow 1 does on the sandbox's markets what the sentences say."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.copilot.draft_from_text import draft_from_text
from domain.graph.compile_graph import compile_graph
from domain.strategy.settings import StrategySettings
from tests.simulation.sandbox_day import SandboxMarkets, StrategyDay, run_day
from tests.unit.copilot.test_flow_1 import SENTENCES

SEED = 7
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEP = timedelta(hours=2)


def test_the_strategy_drawn_from_words_watches_busy_politics_and_buys_yes_for_100_once_per_market() -> None:
    drawn = draft_from_text("\n".join(SENTENCES), None, StrategySettings(), 60)
    assert drawn.graph is not None
    markets = SandboxMarkets(SEED, START)
    day = StrategyDay(compile_graph(drawn.graph), markets)
    run_day(markets, {"drawn": day}, STEP, lambda running: running.filled >= 3)
    added = [effect for effect in day.effects if effect.kind == "add_to_watchlist"]
    orders = [effect for effect in day.effects if effect.kind == "order_intent"]
    assert added
    assert orders
    for effect in added:
        market = markets.by_id(effect.market_id)
        assert market is not None
        assert "politics" in (market.category, *market.tags)
        assert effect.volume is not None
        assert effect.volume > 100_000
    assert {order.outcome for order in orders} == {"Yes"}
    assert {Decimal(order.amount) for order in orders} == {Decimal(100)}
    assert {order.market_id for order in orders} <= {effect.market_id for effect in added}
    assert set(Counter(order.market_id for order in orders).values()) == {1}, "each market once"
