"""The switch over everything: what each state lets through."""

import pytest

from domain.risk.trading_state import HaltedExits, TradingState, allows, overtaken


@pytest.mark.parametrize(
    ("state", "exits", "entries_allowed", "exits_allowed"),
    [
        ("active", "go_on", True, True),
        ("active", "stop", True, True),
        ("reducing", "go_on", False, True),
        ("halted", "go_on", False, True),
        ("halted", "stop", False, False),
    ],
)
def test_a_halt_ends_entries_and_ends_exits_only_when_told_so(
    state: TradingState, exits: HaltedExits, entries_allowed: bool, exits_allowed: bool
) -> None:
    assert allows(state, "BUY", exits) is entries_allowed
    assert allows(state, "SELL", exits) is exits_allowed


def test_a_halt_since_the_posting_overtakes_entries_and_exits_only_when_told_so() -> None:
    assert overtaken(3, 4, "BUY")
    assert not overtaken(4, 4, "BUY")
    assert not overtaken(3, 4, "SELL")
    assert overtaken(3, 4, "SELL", "stop")
