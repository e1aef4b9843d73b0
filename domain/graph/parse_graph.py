"""Raw JSON into a Graph, or problems. Nothing from outside makes it raise."""

import json
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.graph.graph import EDGES_MAX, NODES_MAX, Graph
from domain.graph.json_shape import ShapeFault, find_shape_fault
from domain.graph.problem import GraphProblem
from domain.graph.setting_problem import ended, error_details, setting_path, setting_sentence
from domain.graph.words import bounded, quoted

JSON_BYTES_MAX = 2_000_000
_PARTS: Mapping[str, str] = {"nodes": "Node", "edges": "Edge"}
_KNOWN = ("id", "type", "type_version", "name", "config", "position")
_KNOWN_EDGE = ("source", "source_port", "target", "target_port")
_KNOWN_GRAPH = ("schema_version", "nodes", "edges")


def parse_graph(raw: object) -> Graph | tuple[GraphProblem, ...]:
    """`raw`: parsed JSON, or JSON text. The result is a Graph of sound shape, or at least one problem.

    Meaning (types, ports, settings) is checked by validate_graph.
    """
    if isinstance(raw, Graph):
        return raw
    if isinstance(raw, (str, bytes, bytearray)):
        decoded = _decode(raw)
        if isinstance(decoded, GraphProblem):
            return (decoded,)
        raw = decoded
    if not isinstance(raw, dict):
        return (_whole("not_an_object", 'The graph must be a JSON object with "nodes" and "edges".'),)
    too_many = _too_many(raw)
    if too_many:
        return too_many
    fault = find_shape_fault(raw)
    if fault is not None:
        return (_shape_problem(raw, fault),)
    try:
        return Graph.model_validate(raw)
    except ValidationError as error:
        return tuple(_problem(raw, detail) for detail in error_details(error))


def _decode(text: str | bytes | bytearray) -> object:
    if len(text) > JSON_BYTES_MAX:
        return _whole("too_large", f"The graph is larger than {JSON_BYTES_MAX:,} bytes; make it smaller.")
    try:
        decoded: object = json.loads(text)
    except RecursionError:
        return _whole("too_deep", "The graph nests too deep; make it flatter.")
    except ValueError as error:
        return _whole("not_json", ended(bounded(f"The graph is not JSON: {error}")))
    return decoded


def _whole(code: str, message: str) -> GraphProblem:
    return GraphProblem(code=code, message=message)


def _too_many(raw: dict[object, object]) -> tuple[GraphProblem, ...]:
    """Counted before parsing, so that a huge graph costs nothing."""
    problems = []
    for key, most in (("nodes", NODES_MAX), ("edges", EDGES_MAX)):
        parts = raw.get(key)
        if isinstance(parts, (list, tuple)) and len(parts) > most:
            problems.append(
                _whole(f"too_many_{key}", f"The graph has {len(parts):,} {key}; at most {most} are allowed.")
            )
    return tuple(problems)


def _shape_problem(raw: dict[object, object], fault: ShapeFault) -> GraphProblem:
    subject, rest, node_id, edge_index = _place(raw, fault.path[:6])
    field = setting_path(rest)
    return GraphProblem(
        node_id=node_id,
        edge_index=edge_index,
        field=field or None,
        code=fault.code,
        message=f"{subject}{': ' + quoted(field) if field else ''} {fault.said}.",
    )


def _problem(raw: dict[object, object], detail: ErrorDetails) -> GraphProblem:
    subject, rest, node_id, edge_index = _place(raw, detail["loc"])
    field = setting_path(rest)
    known: tuple[str, ...] = _KNOWN_GRAPH
    if subject != "The graph":
        known = _KNOWN if edge_index is None else _KNOWN_EDGE
    named = f"{subject}: {quoted(field)}" if field else subject
    return GraphProblem(
        node_id=node_id,
        edge_index=edge_index,
        field=field or None,
        code="bad_shape",
        message=ended(f"{named} {setting_sentence(detail, known)}"),
    )


def _place(
    raw: Mapping[object, object], location: tuple[int | str, ...]
) -> tuple[str, tuple[int | str, ...], str | None, int | None]:
    """Words for the node or edge a location is in, the rest of the way, its node id or edge index."""
    if len(location) < 2 or location[0] not in _PARTS or not isinstance(location[1], int):
        return "The graph", location, None, None
    part, index = str(location[0]), location[1]
    if part == "edges":
        return f"Edge {index + 1}", location[2:], None, index
    parts = raw[part]
    node = parts[index] if isinstance(parts, (list, tuple)) else None
    node_id = node.get("id") if isinstance(node, dict) else None
    if not isinstance(node_id, str) or not 0 < len(node_id) <= 64:
        return f"Node {index + 1}", location[2:], None, None
    return f"Node {quoted(node_id)}", location[2:], node_id, None
