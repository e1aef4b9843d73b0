"""The graph a person draws: nodes, and edges from an output port to an input port. Immutable, JSON both ways."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NODES_MAX = 200
EDGES_MAX = 600
SCHEMA_VERSION = 1

NodeId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class Position(BaseModel):
    """Where the editor draws the node; no meaning for the engine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: float
    y: float


class Node(BaseModel):
    """One node. `config` is checked by its node type, not here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: NodeId
    type: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    type_version: int = Field(default=1, ge=1)
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    config: dict[str, Any] = Field(default_factory=dict)
    position: Position | None = None


class Edge(BaseModel):
    """A wire from one node's output port to another's input port."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: NodeId
    source_port: Annotated[str, StringConstraints(min_length=1, max_length=32)] = "out"
    target: NodeId
    target_port: Annotated[str, StringConstraints(min_length=1, max_length=32)] = "in"


class Graph(BaseModel):
    """A whole graph. Parsing checks shape and size only; domain.graph.validate_graph checks meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = Field(default=SCHEMA_VERSION, ge=1, le=SCHEMA_VERSION)
    nodes: tuple[Node, ...] = Field(min_length=1, max_length=NODES_MAX)
    edges: tuple[Edge, ...] = Field(default=(), max_length=EDGES_MAX)
