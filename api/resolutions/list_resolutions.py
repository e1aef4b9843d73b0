"""How the user's markets stand."""

from datetime import UTC, datetime
from uuid import UUID

from api.page import Page, bad_cursor, decode_cursor, encode_cursor
from api.resolutions.schemas import ResolutionStepView, ResolutionView
from db.models import MarketResolution
from db.repositories import resolution_views
from db.session import Database


def _view(row: MarketResolution) -> ResolutionView:
    return ResolutionView.model_validate(
        {
            "market_id": row.market_id,
            "source": row.source,
            "question": row.question,
            "state": row.state,
            "winner": row.winner,
            "payouts": row.payouts,
            "proposed_outcome": row.proposed_outcome,
            "ends_at": row.ends_at,
            "seen_at": row.seen_at,
            "changed_at": row.changed_at,
            "final_at": row.final_at,
            "history": [ResolutionStepView.model_validate(step) for step in row.history],
        }
    )


def _after(cursor: str | None) -> resolution_views.After:
    key = decode_cursor(cursor, 3)
    if key is None:
        return None
    try:
        moment = datetime.fromisoformat(key[0])
        if moment.tzinfo is None:
            raise bad_cursor()
        return moment.astimezone(UTC), key[1], key[2]
    except (ValueError, OverflowError):
        raise bad_cursor() from None


async def list_resolutions(
    database: Database, user_id: UUID, *, market_id: str | None, limit: int, cursor: str | None
) -> Page[ResolutionView]:
    """Last changed first. A market that changes while somebody pages moves to the front."""
    after = _after(cursor)
    async with database.read() as session:
        rows = await resolution_views.list_resolutions(
            session, user_id, market_id=market_id, after=after, limit=limit + 1
        )
    shown = rows[:limit]
    more = len(rows) > limit
    last = shown[-1] if more else None
    return Page(
        items=[_view(row) for row in shown],
        next_cursor=encode_cursor(last.changed_at.isoformat(), last.market_id, last.source) if last else None,
    )
