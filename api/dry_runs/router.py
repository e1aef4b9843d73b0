"""Dry runs over HTTP."""

from fastapi import APIRouter

from api.dependencies import CurrentUser, Now, Parts
from api.dry_runs.run_dry import run_dry
from api.dry_runs.schemas import DryRun, DryRunView

router = APIRouter(prefix="/dry-runs", tags=["dry_runs"])


@router.post("")
async def run(body: DryRun, parts: Parts, user: CurrentUser, now: Now) -> DryRunView:
    """Evaluates on the markets of now and says what would have been done. Nothing is stored, ordered or told."""
    return await run_dry(parts, user.id, body, now)
