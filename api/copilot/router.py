"""The copilot over HTTP."""

from typing import Any

from fastapi import APIRouter

from api.copilot.schemas import TEXT_MAX, CopilotView, DraftView, WriteDraft
from api.copilot.write_draft import write_draft
from api.dependencies import CurrentUser, Now, Parts
from api.problem import Problem

router = APIRouter(prefix="/copilot", tags=["copilot"])
BUSY: dict[int | str, dict[str, Any]] = {429: {"model": Problem}}


@router.get("")
async def read_copilot(parts: Parts, user: CurrentUser) -> CopilotView:
    """Whether a model writes the drafts."""
    choice = parts.copilot.choice if parts.copilot is not None else None
    return CopilotView(
        configured=choice is not None,
        provider=choice.provider if choice is not None else None,
        model=choice.model if choice is not None else None,
        text_max=TEXT_MAX,
    )


@router.post("/drafts", responses=BUSY)
async def draft(body: WriteDraft, parts: Parts, user: CurrentUser, now: Now) -> DraftView:
    """Makes a draft of words, or changes a graph by them. Nothing is stored, published or started."""
    return await write_draft(parts, user.id, body, now)
