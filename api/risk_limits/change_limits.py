"""Reading and changing limits of a user or of one strategy."""

from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from api.problem import ApiProblem, ProblemItem
from api.risk_limits.schemas import Wanted
from api.strategies.read_strategy import require_strategy
from db.repositories import risk_limits
from db.repositories.events import add_event
from db.repositories.risk_limits import StoredLimits
from db.session import Database
from domain.risk.limits import StrategyLimits, UserLimits

MAY_BE_NULL = ("order_amount_max",)


async def read_limits(
    database: Database, user_id: UUID, strategy_id: UUID | None, now: datetime
) -> StoredLimits:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        if strategy_id is not None:
            await require_strategy(session, user_id, strategy_id)
        return await risk_limits.read_limits(session, user_id, strategy_id, now)


async def change_limits(
    database: Database, user_id: UUID, strategy_id: UUID | None, wanted: Wanted, now: datetime
) -> StoredLimits:
    """Raises ApiProblem 404, 422."""
    given = wanted.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value is not None or name in MAY_BE_NULL}
    async with database.read() as reading:
        if strategy_id is not None:
            await require_strategy(reading, user_id, strategy_id)
    async with database.write() as session:
        try:
            stored = await risk_limits.change_limits(session, user_id, strategy_id, values, now)
        except ValidationError as error:
            raise _refused(error) from error
        later = {change.name for change in stored.pending} & values.keys()
        await add_event(
            session,
            user_id=user_id,
            strategy_id=strategy_id,
            kind="risk_limits_changed",
            message="Limits changed" + (f"; {', '.join(sorted(later))} from tomorrow on" if later else ""),
            data={"names": sorted(values), "pending": sorted(later)},
        )
    return stored


def _refused(error: ValidationError) -> ApiProblem:
    items = [
        ProblemItem(field=".".join(str(part) for part in each["loc"]), code=each["type"], message=each["msg"])
        for each in error.errors()
    ]
    return ApiProblem(422, "invalid_request", f"{items[0].field}: {items[0].message}", errors=items)


def values_of(stored: StoredLimits, kind: type[StrategyLimits] | type[UserLimits]) -> dict[str, object]:
    """As the views take them. Raises TypeError for limits of the other kind."""
    if not isinstance(stored.current, kind):
        raise TypeError(f"{type(stored.current).__name__} are not {kind.__name__}")
    return {
        "limits": stored.current.model_dump(),
        "pending": [change.model_dump() for change in stored.pending],
    }
