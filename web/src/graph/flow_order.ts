import type { Graph } from "@/api/types";

/** Depth first from the entries, so that each branch reads from top to bottom; drawn order breaks ties. */
export function flowOrder(graph: Graph): string[] {
  const targets = new Set(graph.edges.map((edge) => edge.target));
  const known = new Set(graph.nodes.map((node) => node.id));
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string) => {
    if (seen.has(id) || !known.has(id)) return;
    seen.add(id);
    order.push(id);
    for (const edge of graph.edges) if (edge.source === id) visit(edge.target);
  };
  for (const node of graph.nodes) if (!targets.has(node.id)) visit(node.id);
  for (const node of graph.nodes) visit(node.id);
  return order;
}
