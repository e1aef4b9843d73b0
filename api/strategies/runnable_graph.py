"""The graph that a request gives or chooses a template for, refused unless it can run."""

from typing import Any

from api.formulas.graph_problems import problems_to_run
from api.strategies.drawn_graph import DrawnGraph, drawn_graph, refuse_faults
from api.strategies.from_template import from_template
from api.strategies.schemas import TemplateChoice
from domain.graph.graph import Graph
from formulas.engine import FormulaEngine


async def graph_to_run(
    template: TemplateChoice | None, graph: dict[str, Any] | None, formulas: FormulaEngine | None
) -> DrawnGraph | None:
    """None when neither is given. Raises ApiProblem 422 invalid_graph and invalid_request, 503 without formula engine."""
    if template is not None:
        drawn = from_template(template)
    elif graph is not None:
        drawn = drawn_graph(graph)
    else:
        return None
    refuse_faults(await problems_to_run(Graph.model_validate(drawn.graph), formulas))
    return drawn
