"""From a decision to what a dry run shows."""

from collections.abc import Iterable

from api.dry_runs.schemas import EffectView, GoesOnView
from api.executions.schemas import NodeView
from domain.strategy.decision import Deferral, Effect, ExitIntent, NodeSummary, Notify, OrderIntent


def node_view(node: NodeSummary, milliseconds: float | None) -> NodeView:
    return NodeView.model_validate({**node.model_dump(mode="json"), "duration_ms": milliseconds})


def effect_view(effect: Effect, nodes: Iterable[NodeSummary]) -> EffectView:
    order = effect if isinstance(effect, OrderIntent) else None
    sale = effect if isinstance(effect, ExitIntent) else None
    question = getattr(effect, "question", None)
    if question is None and effect.market_id is not None:
        question = _question(effect.market_id, nodes)
    return EffectView(
        kind=effect.kind,
        node_id=effect.node_id,
        market_id=effect.market_id,
        question=question,
        outcome=getattr(effect, "outcome", None),
        side="SELL" if sale else order.side if order else None,
        amount=order.amount if order else None,
        shares=sale.shares if sale else None,
        reason=effect.message if isinstance(effect, Notify) else effect.reason,
    )


def _question(market_id: str, nodes: Iterable[NodeSummary]) -> str | None:
    said = (verdict for node in nodes for verdict in node.verdicts)
    return next((verdict.question for verdict in said if verdict.market_id == market_id), None)


def goes_on_view(deferral: Deferral) -> GoesOnView:
    return GoesOnView(
        node_id=deferral.node_id, port=deferral.port, due_at=deferral.due_at, items=len(deferral.items)
    )
