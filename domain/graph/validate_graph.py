"""Checks the meaning of a graph and says everything that is wrong with it, not only the first thing."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from domain.graph.graph import Graph, Node
from domain.graph.json_shape import find_shape_fault
from domain.graph.nodes.catalogue import CATALOGUE, NODE_TYPES, versions_of
from domain.graph.nodes.node_type import NodeType
from domain.graph.problem import GraphProblem
from domain.graph.setting_problem import setting_path, setting_problems
from domain.graph.validate_edges import edge_problems
from domain.graph.words import bounded, joined, quoted

CONFIG_DEPTH_MAX = 24


def validate_graph(graph: Graph) -> tuple[GraphProblem, ...]:
    """All problems, those of nodes first. No "error" among them means: the graph compiles and its evaluation is total.

    Codes: duplicate_node, unknown_type, unknown_version, bad_config, edge_from_missing_node, edge_to_missing_node,
    edge_from_missing_port, edge_to_missing_port, duplicate_edge, loop, wrong_kind, mixed_kinds, input_unconnected,
    unreachable, and as a warning no_effect.
    """
    types = {
        index: CATALOGUE[node.type, node.type_version]
        for index, node in enumerate(graph.nodes)
        if (node.type, node.type_version) in CATALOGUE
    }
    return (
        *_duplicate_nodes(graph),
        *(problem for node in graph.nodes for problem in _node_problems(node)),
        *edge_problems(graph, types),
        *_no_effect(types, graph),
    )


def node_words(node: Node) -> str:
    """How sentences name a node: its title and its id."""
    node_type = CATALOGUE.get((node.type, node.type_version))
    title = node.name or (node_type.title if node_type is not None else "Node")
    return f"{bounded(title, 60)} ({node.id})"


def _duplicate_nodes(graph: Graph) -> Iterator[GraphProblem]:
    seen: set[str] = set()
    told: set[str] = set()
    for node in graph.nodes:
        if node.id in seen and node.id not in told:
            told.add(node.id)
            yield GraphProblem(
                node_id=node.id,
                code="duplicate_node",
                message=f"More than one node has the id {quoted(node.id)}; give each its own.",
            )
        seen.add(node.id)


def _node_problems(node: Node) -> Iterator[GraphProblem]:
    node_type = CATALOGUE.get((node.type, node.type_version))
    if node_type is None:
        yield _unknown_type(node)
        return
    fault = find_shape_fault(node.config, CONFIG_DEPTH_MAX)
    if fault is not None:
        field = setting_path(fault.path[:6])
        named = f"setting {quoted(field)}" if field else "the settings"
        yield GraphProblem(
            node_id=node.id,
            field=field or None,
            code="bad_config",
            message=f"{node_words(node)}: {named} {fault.said}.",
        )
        return
    try:
        node_type.config.model_validate(node.config)
    except ValidationError as error:
        yield from setting_problems(error, node_type.config, node_words(node), node.id)


def _unknown_type(node: Node) -> GraphProblem:
    versions = versions_of(node.type)
    if versions:
        known = joined([str(version) for version in versions])
        return GraphProblem(
            node_id=node.id,
            code="unknown_version",
            message=f"{node_words(node)} asks for version {node.type_version} of {node.type}; use version {known}.",
        )
    names = [node_type.type for node_type in NODE_TYPES]
    titles = {node_type.title.casefold(): node_type.type for node_type in NODE_TYPES}
    wanted = node.type.casefold()
    close = get_close_matches(wanted, [*names, *titles], n=1)
    hint = (
        f"did you mean {quoted(titles.get(close[0], close[0]))}?"
        if close
        else f"use one of {', '.join(names)}."
    )
    return GraphProblem(
        node_id=node.id,
        code="unknown_type",
        message=f"{node_words(node)}: there is no node type {quoted(node.type)}; {hint}",
    )


def _no_effect(types: Mapping[int, NodeType[Any]], graph: Graph) -> Iterator[GraphProblem]:
    if len(types) == len(graph.nodes) and not any(node_type.effects for node_type in types.values()):
        yield GraphProblem(
            code="no_effect",
            severity="warning",
            message="This graph only looks: add a node that acts, such as Add to Watchlist or Execute Trade.",
        )
