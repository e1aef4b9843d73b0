"""Words into a draft, by the parser or by a model. Nothing is stored."""

import asyncio
from datetime import datetime
from uuid import UUID

from api.copilot.draft_base import DraftBase, draft_base
from api.copilot.schemas import DraftView, WriteDraft
from api.copilot.view import draft_view
from api.copilot.workbench import UserWorkbench
from api.formulas.graph_problems import problems_of_draft
from api.parts import ApiParts
from api.problem import invalid_request, unavailable
from copilot.draft_model import DraftModel
from copilot.errors import ModelUnavailable
from copilot.written_draft import Wish, WrittenDraft
from domain.copilot.draft import Draft
from domain.copilot.draft_from_text import draft_from_text
from domain.copilot.explain_graph import explain_graph
from domain.copilot.lay_out import lay_out
from domain.copilot.suggest_name import suggest_name
from domain.graph.words import plural

NOTHING = "Nothing could be drawn from these words."


async def write_draft(parts: ApiParts, user_id: UUID, request: WriteDraft, now: datetime) -> DraftView:
    """Raises ApiProblem 404, 422, 429 when two drafts are being written for this user, 503 when the model is away."""
    if request.by == "model" and parts.copilot is None:
        raise invalid_request("No model is configured here; the parser can write the draft.", "by")
    base = await draft_base(parts.database, user_id, request, parts.min_interval_seconds)
    with parts.drafts.hold(user_id):
        if parts.copilot is None or request.by == "parser":
            return await _parsed(parts, request, base)
        workbench = UserWorkbench(parts, user_id, request.strategy_id, now)
        return await _modelled(parts, parts.copilot, request, base, workbench)


async def _parsed(parts: ApiParts, request: WriteDraft, base: DraftBase) -> DraftView:
    draft = await asyncio.to_thread(
        draft_from_text, request.text, base.graph, base.settings, parts.min_interval_seconds
    )
    explanation = explain_graph(draft.graph) if draft.graph is not None and draft.understood else NOTHING
    problems = await problems_of_draft(draft.graph, parts.formulas) if draft.graph is not None else ()
    return draft_view(draft, base, made_by="parser", explanation=explanation, problems=problems)


async def _modelled(
    parts: ApiParts, model: DraftModel, request: WriteDraft, base: DraftBase, workbench: UserWorkbench
) -> DraftView:
    wish = Wish(request.text, base.graph, base.settings, parts.min_interval_seconds)
    try:
        answer = await model.draft(wish, workbench)
    except ModelUnavailable as away:
        raise unavailable(str(away), away.retry_after) from away
    if answer.draft is None:
        return draft_view(
            _none(base), base, made_by="model", explanation=answer.said, problems=answer.problems
        )
    draft = _checked(answer.draft, base, parts.min_interval_seconds)
    assert draft.graph is not None, "a model's draft has a graph"
    problems = await problems_of_draft(draft.graph, parts.formulas)
    return draft_view(draft, base, made_by="model", explanation=answer.draft.explanation, problems=problems)


def _none(base: DraftBase) -> Draft:
    return Draft(None, base.settings, base.name or suggest_name(base.graph), (), (), ())


def _checked(written: WrittenDraft, base: DraftBase, least_interval: int) -> Draft:
    assumptions = [line for line in (sentence.strip() for sentence in written.assumptions) if line]
    seconds = written.interval_seconds or base.settings.interval_seconds
    if seconds < least_interval:
        assumptions.append(
            f"The shortest interval here is {plural(least_interval, 'second')}; it is set to that."
        )
        seconds = least_interval
    return Draft(
        graph=lay_out(written.graph, base.graph),
        settings=base.settings.model_copy(update={"interval_seconds": seconds}),
        name=written.name.strip() or suggest_name(written.graph),
        understood=(),
        not_understood=(),
        assumptions=tuple(assumptions),
    )
