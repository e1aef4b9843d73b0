"""A draft as the API gives it: with its problems, and what it changes."""

from collections.abc import Sequence

from api.copilot.draft_base import DraftBase
from api.copilot.schemas import DraftView, Maker, NotUnderstoodView, UnderstoodView
from api.strategies.drawn_graph import problem_items
from api.versions.diff_versions import diff_versions
from api.versions.schemas import VersionProblem
from domain.copilot.draft import Draft
from domain.graph.graph import Graph
from domain.graph.problem import GraphProblem

NOTHING_DRAWN = Graph.model_construct(nodes=(), edges=())
PROBLEMS_SHOWN = 50


def draft_view(
    draft: Draft, base: DraftBase, *, made_by: Maker, explanation: str, problems: Sequence[GraphProblem]
) -> DraftView:
    told = problems[:PROBLEMS_SHOWN]
    before = base.graph if base.graph is not None else NOTHING_DRAWN
    after = draft.graph if draft.graph is not None else before
    return DraftView(
        made_by=made_by,
        graph=draft.graph,
        settings=draft.settings,
        name=draft.name,
        explanation=explanation,
        understood=[
            UnderstoodView(
                offset=part.fragment.offset,
                text=part.fragment.text,
                node_ids=list(part.node_ids),
                settings=list(part.settings),
            )
            for part in draft.understood
        ],
        not_understood=[
            NotUnderstoodView(offset=part.fragment.offset, text=part.fragment.text, why=part.why)
            for part in draft.not_understood
        ],
        assumptions=list(draft.assumptions),
        problems=[
            VersionProblem(**item.model_dump(), severity=problem.severity)
            for item, problem in zip(problem_items(told), told, strict=True)
        ],
        diff=diff_versions((base.number, 0), (before, base.settings), (after, draft.settings)),
    )
