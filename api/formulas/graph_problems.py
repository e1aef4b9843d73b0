"""What stands in the way of running a graph: its meaning, which is pure, and its formulas, which only mathjs can read."""

from api.problem import unavailable
from domain.graph.graph import Graph
from domain.graph.problem import GraphProblem, has_errors
from domain.graph.validate_graph import validate_graph
from formulas.check import check_graph, formulas_of
from formulas.engine import FormulaEngine
from formulas.errors import FormulaEngineUnavailable

NOT_CHECKED = "formula_not_checked"
RETRY_SECONDS = 5


def formulas_unavailable() -> Exception:
    return unavailable("Formulas cannot be checked right now; try again in a moment.", RETRY_SECONDS)


async def problems_to_run(graph: Graph, formulas: FormulaEngine | None) -> tuple[GraphProblem, ...]:
    """All there are, those of formulas last. Raises ApiProblem 503 when only the formulas are left and nobody can read
    them."""
    problems = validate_graph(graph)
    try:
        return (*problems, *await _formula_problems(graph, formulas, problems))
    except FormulaEngineUnavailable as error:
        if has_errors(problems):
            return problems
        raise formulas_unavailable() from error


async def problems_of_draft(graph: Graph, formulas: FormulaEngine | None) -> tuple[GraphProblem, ...]:
    """The same for a graph that is only kept: formulas that nobody can read now are a warning of their node."""
    problems = validate_graph(graph)
    try:
        return (*problems, *await _formula_problems(graph, formulas, problems))
    except FormulaEngineUnavailable:
        unread = {node.id: field for node, field, _ in formulas_of(graph)}
        return (*problems, *(_not_checked(node_id, field) for node_id, field in unread.items()))


async def _formula_problems(
    graph: Graph, formulas: FormulaEngine | None, problems: tuple[GraphProblem, ...]
) -> list[GraphProblem]:
    if not any(formulas_of(graph)):
        return []
    if formulas is None:
        raise FormulaEngineUnavailable("no formula engine runs here")
    refused = {(problem.node_id, problem.field) for problem in problems}
    found = await check_graph(graph, formulas)
    return [problem for problem in found if (problem.node_id, problem.field) not in refused]


def _not_checked(node_id: str, field: str) -> GraphProblem:
    return GraphProblem(
        node_id=node_id,
        field=field,
        code=NOT_CHECKED,
        message="The formula could not be checked yet; publishing checks it again.",
        severity="warning",
    )
