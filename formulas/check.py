"""Checks the formulas of a graph when it is saved: what validation, being pure, cannot know."""

from collections.abc import Iterator

from domain.formulas.formula_text import FORM
from domain.graph.graph import Graph, Node
from domain.graph.nodes.catalogue import CATALOGUE
from domain.graph.problem import GraphProblem
from domain.graph.validate_graph import node_words
from domain.graph.words import bounded
from formulas.engine import FormulaEngine


async def check_graph(graph: Graph, engine: FormulaEngine) -> list[GraphProblem]:
    """One error for each formula that cannot be read, uses something unknown or something refused.

    Nodes that validate_graph refuses are left to it. Raises FormulaEngineUnavailable.
    """
    problems = []
    for node, field, formula in formulas_of(graph):
        error = (await engine.parse(formula)).error
        if error is not None:
            message = bounded(f"{node_words(node)}: the formula {error}.")
            problems.append(GraphProblem(node_id=node.id, field=field, code="bad_formula", message=message))
    return problems


def formulas_of(graph: Graph) -> Iterator[tuple[Node, str, str]]:
    """(node, setting, formula) of every setting that is a formula."""
    for node in graph.nodes:
        node_type = CATALOGUE.get((node.type, node.type_version))
        for field, info in node_type.config.model_fields.items() if node_type is not None else ():
            extra = info.json_schema_extra
            formula = node.config.get(field)
            if isinstance(extra, dict) and extra.get("x-form") == FORM and isinstance(formula, str):
                yield node, field, formula.strip()
