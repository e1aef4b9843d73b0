"""Every template does what it is for within a day of the sandbox's markets, with its default parameters."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from domain.graph.compile_graph import compile_graph
from domain.templates.catalogue import ALL, TEMPLATES
from tests.simulation.sandbox_day import SandboxMarkets, StrategyDay, run_day

SEED = 7
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEP = timedelta(hours=1)
NEVER_TRADES = {"watchlist-builder": "add_to_watchlist", "top-movers-alert": "notify"}


def test_there_are_at_least_eight_templates() -> None:
    assert len(TEMPLATES) == len(ALL) >= 8


def test_every_template_acts_within_a_seeded_day_of_the_sandbox() -> None:
    """Those that trade buy at least once, those that do not at least watch or tell. All step through the same markets."""
    markets = SandboxMarkets(SEED, START)
    days = {known.id: StrategyDay(compile_graph(known.build(known.parameters())), markets) for known in ALL}
    wanted = {id(day): NEVER_TRADES.get(template_id, "order_intent") for template_id, day in days.items()}

    def done(day: StrategyDay) -> bool:
        wish = wanted[id(day)]
        return day.filled > 0 if wish == "order_intent" else any(e.kind == wish for e in day.effects)

    run_day(markets, days, STEP, done)
    idle = [template_id for template_id, day in days.items() if not done(day)]
    told = {template_id: Counter(effect.kind for effect in day.effects) for template_id, day in days.items()}
    assert idle == [], told
