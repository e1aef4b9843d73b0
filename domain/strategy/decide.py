"""The decision core: one evaluation of a graph, pure. It asks for what it needs and is sent the answers.

Live, paper, backtest, replay and tests drive the same generator; what was asked and answered is the evidence.
"""

from collections.abc import Generator

from domain.errors import InvalidValue
from domain.graph.compile_graph import CompiledGraph, CompiledNode
from domain.graph.item import Item
from domain.graph.node_failed import NodeFailed
from domain.graph.nodes.node_type import NodeInput, NodeResult, Outcome
from domain.graph.nodes.scope import Scope
from domain.graph.ports import PortKind
from domain.graph.words import bounded
from domain.strategy.decision import (
    VERDICTS_KEPT,
    Decision,
    Deferral,
    Effect,
    EntryPoint,
    NodeSummary,
    Situation,
    Verdict,
)
from domain.strategy.requests import Answer, NodeFinished, Request

Flow = dict[str, tuple[Item, ...]]
"""What left a node: items by port. A port that is missing was not reached; a control port has no items."""


def decide(graph: CompiledGraph, situation: Situation) -> Generator[Request, Answer, Decision]:
    """Evaluates the whole graph, or what is behind `situation.entry`. Yields NodeFinished after each node.

    Raises NodeFailed when a node breaks and InvalidValue when the entry names no port of the graph. What a driver
    throws into the generator comes out of it unchanged.
    """
    evaluation = _Evaluation(graph, situation)
    yield from evaluation.enter(situation.entry)
    for index, node in enumerate(graph.nodes):
        given = evaluation.input_of(node)
        if given is None:
            continue
        yield from evaluation.run(index, node, given)
        yield NodeFinished(node_id=node.id)
    return Decision.model_construct(
        nodes=tuple(evaluation.summaries),
        effects=tuple(evaluation.effects),
        deferrals=tuple(evaluation.deferrals),
    )


class _Evaluation:
    """What is under way while one decision is made."""

    def __init__(self, graph: CompiledGraph, situation: Situation) -> None:
        self.graph = graph
        self.scope = Scope(situation.now)
        self.flows: dict[int, Flow] = {}
        self.reasons: dict[tuple[int, str], dict[str, Outcome]] = {}
        self.results: dict[int, NodeResult] = {}
        self.entered: int | None = None
        self.summaries: list[NodeSummary] = []
        self.effects: list[Effect] = []
        self.deferrals: list[Deferral] = []

    def enter(self, entry: EntryPoint) -> Generator[Request, Answer, None]:
        """Puts the items of a continuation behind its port and asks for their markets of now."""
        if entry.node_id is None:
            return
        index = self.graph.place.get(entry.node_id)
        if index is None:
            raise InvalidValue(f'the graph has no node "{bounded(entry.node_id, 64)}" to go on from')
        node = self.graph.nodes[index]
        kind = node.output_kinds.get(entry.port or "")
        if entry.port is None or kind is None:
            raise InvalidValue(f'{node.title} ({node.id}) has no port "{entry.port}" to go on from')
        self.entered = index
        if kind is PortKind.CONTROL:
            self.flows[index] = {entry.port: ()}
            return
        items: dict[str, Item] = {}
        for carried in entry.items:
            items.setdefault(carried.market_id, Item(carried.market_id, carried.values))
        if items:
            self.flows[index] = {entry.port: tuple(items.values())}
            yield from self.scope.read_markets(items)

    def input_of(self, node: CompiledNode) -> NodeInput | None:
        """The union of what arrives, first seen first; None when nothing reached the node."""
        if node.root:
            return self._given(node, ()) if self.entered is None else None
        reached = False
        items: dict[str, Item] = {}
        for edge in node.incoming:
            arrived = self.flows.get(edge.source, {}).get(edge.port)
            if arrived is None:
                continue
            reached = True
            if edge.carries_items:
                for item in arrived:
                    items.setdefault(item.market_id, item)
        return self._given(node, tuple(items.values())) if reached else None

    def _given(self, node: CompiledNode, items: tuple[Item, ...]) -> NodeInput:
        return NodeInput(node.id, items, node.connected, lambda market_id: self._why(node, market_id))

    def _why(self, node: CompiledNode, market_id: str) -> str:
        """The sentence with which the item left the node it came from."""
        for edge in node.incoming:
            outcome = self._reasons(edge.source, edge.port).get(market_id)
            if outcome is not None:
                return outcome.sentence
        if self.entered is not None:
            before = self.graph.nodes[self.entered]
            port = next(iter(self.flows[self.entered]), "")
            return f"after {before.title}: {before.type.port_words(port)}"
        return ""

    def _reasons(self, source: int, port: str) -> dict[str, Outcome]:
        if (source, port) not in self.reasons:
            result = self.results.get(source)
            outcomes = result.outcomes if result is not None else ()
            self.reasons[source, port] = {
                outcome.item.market_id: outcome for outcome in outcomes if outcome.port == port
            }
        return self.reasons[source, port]

    def run(self, index: int, node: CompiledNode, given: NodeInput) -> Generator[Request, Answer, None]:
        """Runs one node; only what breaks within the node becomes NodeFailed."""
        answer: Answer = None
        try:
            work = node.evaluate(given, self.scope)
        except Exception as error:
            raise _failed(node, error) from error
        while True:
            try:
                request = work.send(answer)
            except StopIteration as finished:
                result: NodeResult = finished.value
                break
            except Exception as error:
                raise _failed(node, error) from error
            answer = yield request
        self.results[index] = result
        self.flows[index] = _flow(result)
        self.effects.extend(result.effects)
        self.deferrals.extend(result.deferrals)
        try:
            self.summaries.append(self._summary(node, given, result, self.flows[index]))
        except Exception as error:
            raise _failed(node, error) from error

    def _summary(self, node: CompiledNode, given: NodeInput, result: NodeResult, flow: Flow) -> NodeSummary:
        """Unchecked construction: all values are our own, and this runs for every node of every execution."""
        ranks = {port.name: rank for rank, port in enumerate(node.type.outputs)}
        last = len(ranks)

        def rank(outcome: Outcome) -> int:
            if outcome.port is not None:
                return ranks[outcome.port]
            return 0 if outcome.pending else last

        kept = sorted(result.outcomes, key=rank)[:VERDICTS_KEPT]
        return NodeSummary.model_construct(
            node_id=node.id,
            type=node.type.type,
            type_version=node.type.version,
            title=node.title,
            rule=node.rule,
            items_in=len(given.items) if result.items_in is None else result.items_in,
            items_out={port.name: len(flow.get(port.name, ())) for port in node.type.outputs},
            items_pending=sum(outcome.pending for outcome in result.outcomes),
            verdicts=tuple(
                Verdict.model_construct(
                    market_id=outcome.item.market_id,
                    question=self.scope.question(outcome.item.market_id),
                    port=outcome.port,
                    sentence=bounded(outcome.sentence),
                    pending=outcome.pending,
                )
                for outcome in kept
            ),
        )


def _flow(result: NodeResult) -> Flow:
    leaving: dict[str, list[Item]] = {port: [] for port in result.control}
    for outcome in result.outcomes:
        if outcome.port is not None and not outcome.pending:
            leaving.setdefault(outcome.port, []).append(outcome.item)
    return {port: tuple(items) for port, items in leaving.items()}


def _failed(node: CompiledNode, error: Exception) -> NodeFailed:
    said = str(error) or type(error).__name__
    return NodeFailed(node.id, node.title, bounded(said))
