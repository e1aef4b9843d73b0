"""Formulas over HTTP."""

from fastapi import APIRouter

from api.dependencies import CurrentUser, Now, Parts
from api.formulas.check_formula import check_formula
from api.formulas.schemas import FormulaCheck, FormulaCheckView

router = APIRouter(prefix="/formulas", tags=["formulas"])


@router.post("/check")
async def check(body: FormulaCheck, parts: Parts, user: CurrentUser, now: Now) -> FormulaCheckView:
    """Whether saving would take this formula, which variables it uses, and what it gives for a market of now."""
    return await check_formula(parts, body, now)
