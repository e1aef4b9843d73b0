"""Evaluating graphs without any I/O against plain Python written by hand for each: `python -m benchmarks.graph [seconds]`.

Both get the same markets, price histories and watchlist as objects in memory and must come to the same markets; they
take turns within one run, so that their ratio does not depend on how busy the machine is. A graph also says of each node what
came in and why the first twenty went where; the functions by hand only compute. Last, the bytes of evidence of one execution.
"""

import statistics
import sys
import time
from dataclasses import dataclass

from pydantic import BaseModel

from activities.evidence_encoding import EvidenceEncoder
from benchmarks.graph_pairs import GraphPair, pairs
from benchmarks.graph_world import NOW, STRATEGY, GraphWorld
from domain.graph.compile_graph import CompiledGraph, compile_graph
from domain.strategy.decision import Decision, Situation
from domain.strategy.requests import Answer, BooksAnswer, HistoriesAnswer
from domain.strategy.run_decision import Evidence, run_decision

SITUATION = Situation(strategy_id=STRATEGY, number=1, step=0, now=NOW)
ROUNDS_LEAST = 5


@dataclass(frozen=True)
class Compared:
    """Per second, median over turns: evaluations, and items that came into nodes."""

    engine: float
    by_hand: float
    node_items: int


@dataclass(frozen=True)
class Bytes:
    """Of one execution: answers as JSON, compressed as stored when nobody shared them, and what its own row holds."""

    answers: int
    compressed: int
    row: int


def evaluated(graph: CompiledGraph, world: GraphWorld) -> tuple[Decision, Evidence]:
    return run_decision(graph, SITUATION, world.answer)


def compared(pair: GraphPair, world: GraphWorld, seconds: float) -> Compared:
    graph = compile_graph(pair.graph)
    decision, _ = evaluated(graph, world)
    agree(pair, decision, world)
    engine: list[float] = []
    hand: list[float] = []
    end = time.monotonic() + seconds
    while len(engine) < ROUNDS_LEAST or time.monotonic() < end:
        began = time.perf_counter()
        evaluated(graph, world)
        engine.append(time.perf_counter() - began)
        began = time.perf_counter()
        pair.by_hand(world)
        hand.append(time.perf_counter() - began)
    items = sum(max(node.items_in, sum(node.items_out.values())) for node in decision.nodes)
    return Compared(1 / statistics.median(engine), 1 / statistics.median(hand), items)


def agree(pair: GraphPair, decision: Decision, world: GraphWorld) -> None:
    """A benchmark of two things that differ would say nothing."""
    ours = sorted(effect.market_id or "" for effect in decision.effects)
    if ours != sorted(pair.by_hand(world)):
        raise SystemExit(f"{pair.title}: the graph chose {len(ours)} markets, Python others")


def evidence_bytes(pair: GraphPair, world: GraphWorld) -> Bytes:
    """As activities/decision_driving.py keeps it: answers per token one by one, digests in the row."""
    decision, evidence = evaluated(compile_graph(pair.graph), world)
    encoder = EvidenceEncoder()
    compressed = plain = row = 0
    for request, answer in evidence:
        row += len(request.model_dump_json())
        for part in parts_of(answer):
            _, body = encoder.encode(part)
            compressed += len(body)
            plain += len(part.model_dump_json())
            row += 2 * 32 + 4
    row += sum(len(node.model_dump_json()) for node in decision.nodes)
    return Bytes(plain, compressed, row)


def parts_of(answer: Answer) -> list[BaseModel]:
    if isinstance(answer, BooksAnswer):
        return list(answer.books.values())
    if isinstance(answer, HistoriesAnswer):
        return list(answer.histories.values())
    return [] if answer is None else [answer]


def main(seconds: float) -> None:
    world = GraphWorld()
    print(
        f"{len(world.markets)} markets, price histories of {world.points} points, {len(world.watched)} watched"
    )
    print("engine: evaluations/s, node items/s    by hand: evaluations/s    by hand is faster by    graph")
    for pair in pairs():
        found = compared(pair, world, seconds)
        print(
            f"{found.engine:22,.0f} {found.engine * found.node_items:14,.0f} {found.by_hand:25,.0f}"
            f" {found.by_hand / found.engine:22.1f}    {pair.title}"
        )
    print("bytes of one execution: answers as JSON, compressed, in its row    graph")
    for pair in pairs():
        size = evidence_bytes(pair, world)
        print(f"{size.answers:39,} {size.compressed:11,} {size.row:11,}    {pair.title}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
