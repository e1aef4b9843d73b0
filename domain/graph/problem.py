"""What is wrong with a graph, said so that a person knows what to do."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict


class GraphProblem(BaseModel):
    """One problem. `edge_index` counts `Graph.edges` from 0; `field` is the path of a setting within the node's config.

    A graph with an "error" cannot run; a "warning" is only said.
    """

    model_config = ConfigDict(frozen=True)

    node_id: str | None = None
    edge_index: int | None = None
    field: str | None = None
    code: str
    message: str
    severity: Literal["error", "warning"] = "error"


def has_errors(problems: Iterable[GraphProblem]) -> bool:
    return any(problem.severity == "error" for problem in problems)
