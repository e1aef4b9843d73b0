import type { Graph } from "@/api/types";
import type { ShownProblem } from "@/graph/ProblemList";

/** A problem as the server names it. */
export interface ServerProblem extends ShownProblem {
  code?: string;
}

/** Problems of wires belong to the node they begin at, or end at where the beginning is missing. */
export function placedProblems(problems: readonly ServerProblem[], graph: Graph): ServerProblem[] {
  const known = new Set(graph.nodes.map(({ id }) => id));
  return problems.map((problem) => {
    const edge = problem.node_id == null && problem.edge_index != null ? graph.edges[problem.edge_index] : undefined;
    if (edge === undefined) return problem;
    return { ...problem, node_id: known.has(edge.source) ? edge.source : edge.target };
  });
}

/** The first sentence about each setting of one node, by its path. The name of the node before it is left out. */
export function fieldProblems(problems: readonly ServerProblem[], nodeId: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { node_id: id, field, message } of problems) {
    if (id !== nodeId || field == null || found.has(field)) continue;
    found.set(field, shortened(message));
  }
  return found;
}

function shortened(message: string): string {
  const said = /^[^:]*: (?:setting "[^"]*" )?(.+)$/s.exec(message)?.[1] ?? message;
  return said.charAt(0).toUpperCase() + said.slice(1);
}
