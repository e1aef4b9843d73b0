"""Run now: one execution outside the schedule, answered with its number."""

import asyncio
from uuid import UUID

from api.problem import ApiProblem, conflict, not_found, unavailable
from api.strategies.schemas import RunView
from api.tell_engine import tell_start
from api.temporal_gateway import RunRefused, TemporalGateway, TemporalUnavailable, WorkflowMissing
from db.repositories.strategy_views import find_strategy
from db.session import Database

SECONDS_MAX = 10.0
REFUSAL_CODES = ("not_running", "already_stopped")


async def run_strategy(
    database: Database, gateway: TemporalGateway, user_id: UUID, strategy_id: UUID, request_id: str
) -> RunView:
    """Raises ApiProblem 404, 409 not_running, 503. The same `request_id` is the same request to the engine."""
    async with database.read() as session:
        record = await find_strategy(session, user_id, strategy_id)
    if record is None:
        raise not_found("strategy")
    if record.strategy.desired_state in ("draft", "stopped"):
        raise conflict("not_running", f"“{record.strategy.name}” is not running; start it first.")
    try:
        async with asyncio.timeout(SECONDS_MAX):
            result = await gateway.run_now(strategy_id, request_id)
    except RunRefused as refused:
        raise _refusal(refused) from None
    except WorkflowMissing:
        await tell_start(database, gateway, strategy_id)
        raise unavailable("The strategy is being set up again; try again in a moment.") from None
    except TimeoutError:
        raise unavailable("The engine did not answer; the execution may still come.", 5) from None
    except TemporalUnavailable as error:
        raise unavailable("The engine is restarting; try again in a moment.", error.retry_after) from None
    return RunView(number=result.number, coalesced=result.coalesced)


def _refusal(refused: RunRefused) -> ApiProblem:
    code = refused.code if refused.code in REFUSAL_CODES else "run_refused"
    return conflict("not_running" if code in REFUSAL_CODES else "run_refused", refused.message)
