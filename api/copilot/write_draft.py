"""Words into a draft, by the parser or by a model. Nothing is stored."""

import asyncio
from uuid import UUID

from api.copilot.draft_base import DraftBase, draft_base
from api.copilot.schemas import DraftView, WriteDraft
from api.copilot.view import draft_view
from api.formulas.graph_problems import problems_of_draft
from api.parts import ApiParts
from api.problem import invalid_request
from domain.copilot.draft_from_text import draft_from_text
from domain.copilot.explain_graph import explain_graph

NOTHING = "Nothing could be drawn from these words."


async def write_draft(parts: ApiParts, user_id: UUID, request: WriteDraft) -> DraftView:
    """Raises ApiProblem 404, 422, and 429 when two drafts are being written for this user."""
    base = await draft_base(parts.database, user_id, request, parts.min_interval_seconds)
    if request.by == "model":
        raise invalid_request("No model is configured here; the parser can write the draft.", "by")
    with parts.drafts.hold(user_id):
        return await _parsed(parts, request, base)


async def _parsed(parts: ApiParts, request: WriteDraft, base: DraftBase) -> DraftView:
    draft = await asyncio.to_thread(
        draft_from_text, request.text, base.graph, base.settings, parts.min_interval_seconds
    )
    explanation = explain_graph(draft.graph) if draft.graph is not None and draft.understood else NOTHING
    problems = await problems_of_draft(draft.graph, parts.formulas) if draft.graph is not None else ()
    return draft_view(draft, base, made_by="parser", explanation=explanation, problems=problems)
