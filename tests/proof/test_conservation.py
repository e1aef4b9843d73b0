"""Money and shares are conserved under any sequence of what can happen to them, crashes included; nothing is ever below zero."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from tests.proof.trading_floor import (
    TradingFloor,
)
from tests.proof.trading_machine import Trading

REACHED = """
SELECT DISTINCT lower(side) || ' ' || order_type || ' ' || status || CASE WHEN filled_shares > 0 THEN ' with fills' ELSE '' END
FROM orders WHERE source LIKE 's%'
UNION SELECT DISTINCT 'position ' || close_reason FROM positions WHERE close_reason IS NOT NULL
UNION SELECT 'fill of a resting order' FROM order_fills f JOIN orders o ON o.id = f.order_id
WHERE o.order_type = 'limit' AND f.fee = 0
UNION SELECT 'withdrawal ' || status FROM withdrawals
UNION SELECT 'exit ' || rule || ' ' || status FROM exit_requests
"""
"""What has happened to anybody, in words."""
MUST_BE_REACHED = {
    "buy market filled with fills",
    "buy market denied",
    "buy market cancelled",
    "buy limit filled with fills",
    "buy limit cancelled",
    "buy limit expired",
    "sell market filled with fills",
    "fill of a resting order",
    "position sold",
    "position resolved",
    "position written_off",
    "withdrawal complete",
    "withdrawal partly_complete",
    "exit flatten done",
    "exit user done",
    "exit stop_loss done",
}


def run(address: str, examples: int, steps: int) -> set[str]:
    """Answers what was reached on the way."""
    floor = TradingFloor(address)
    machine = type("OnThisFloor", (Trading,), {"floor": floor})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            ),
        )
        return {row[0] for row in floor.run(floor.connection.fetch(REACHED))}
    finally:
        floor.close()


def test_money_and_shares_are_conserved_under_any_sequence_of_steps_and_crashes(proof_address: str) -> None:
    run(proof_address, examples=5, steps=25)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_money_and_shares_are_conserved_under_many_long_sequences_of_steps_and_crashes(
    proof_address: str,
) -> None:
    reached = run(proof_address, examples=200, steps=50)
    assert reached >= MUST_BE_REACHED, MUST_BE_REACHED - reached
