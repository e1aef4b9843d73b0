import type { FieldChange, Graph, GraphEdge, GraphNode } from "@/api/types";
import { isJson } from "@/graph/setting_words";

export interface GraphDiff {
  nodes_added: GraphNode[];
  nodes_removed: GraphNode[];
  nodes_changed: { node_id: string; type: string; changes: FieldChange[] }[];
  edges_added: GraphEdge[];
  edges_removed: GraphEdge[];
}

/** What differs between two graphs of which at least one is not saved, as the API compares versions. Where nodes are drawn does not count. */
export function graphDiff(before: Graph, after: Graph): GraphDiff {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  const wires = (graph: Graph) => new Map(graph.edges.map((edge) => [wireKey(edge), edge]));
  const [oldWires, newWires] = [wires(before), wires(after)];
  return {
    nodes_added: after.nodes.filter(({ id }) => !old.has(id)),
    nodes_removed: before.nodes.filter(({ id }) => !now.has(id)),
    nodes_changed: after.nodes.flatMap((node) => {
      const earlier = old.get(node.id);
      const changes = earlier === undefined ? [] : fieldChanges("", meaning(earlier), meaning(node));
      return changes.length === 0 ? [] : [{ node_id: node.id, type: node.type, changes }];
    }),
    edges_added: [...newWires].filter(([key]) => !oldWires.has(key)).map(([, edge]) => edge),
    edges_removed: [...oldWires].filter(([key]) => !newWires.has(key)).map(([, edge]) => edge),
  };
}

export function isEmptyDiff(diff: GraphDiff): boolean {
  return Object.values(diff).every((part: unknown[]) => part.length === 0);
}

export function wireKey({ source, source_port, target, target_port }: GraphEdge): string {
  return [source, source_port, target, target_port].join("\n");
}

function meaning({ type, type_version, name, config }: GraphNode): Record<string, unknown> {
  return { type, type_version, name, config: config ?? {} };
}

function fieldChanges(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isJson(before) && isJson(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => fieldChanges(path === "" ? name : `${path}.${name}`, before[name], after[name]));
  }
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null) ? [] : [{ field: path, before: before ?? null, after: after ?? null }];
}
