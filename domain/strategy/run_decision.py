"""A plain driver of decide(), for tests and backtests, and the way to replay what was recorded."""

from collections.abc import Callable, Iterable

from domain.errors import DomainError
from domain.graph.compile_graph import CompiledGraph
from domain.strategy.decide import decide
from domain.strategy.decision import Decision, Situation
from domain.strategy.requests import Answer, NodeFinished, Request

Evidence = list[tuple[Request, Answer]]


class NotInEvidence(DomainError):
    """A replay asked for something that was not asked when the evidence was recorded."""


def run_decision(
    graph: CompiledGraph, situation: Situation, answer: Callable[[Request], Answer]
) -> tuple[Decision, Evidence]:
    """Drives decide() to its end. `answer` is not asked about NodeFinished; the evidence is in the order of asking."""
    evidence: Evidence = []
    work = decide(graph, situation)
    reply: Answer = None
    while True:
        try:
            request = work.send(reply)
        except StopIteration as finished:
            decision: Decision = finished.value
            return decision, evidence
        if isinstance(request, NodeFinished):
            reply = None
            continue
        reply = answer(request)
        evidence.append((request, reply))


def answers_from(evidence: Iterable[tuple[Request, Answer]]) -> Callable[[Request], Answer]:
    """Answers as recorded, in the recorded order. Raises NotInEvidence where the replay departs from it."""
    recorded = iter(list(evidence))

    def answer(request: Request) -> Answer:
        asked, answered = next(recorded, (None, None))
        if asked != request:
            raise NotInEvidence(f"the replay asked {request.kind}, which the evidence does not have here")
        return answered

    return answer
