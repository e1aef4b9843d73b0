import type { Graph } from "@/api/types";
import { isJson } from "@/graph/setting_words";

/** A graph that another page drew and gives to the editor, by the state of the navigation. */
export interface HandedOver {
  graph: Graph;
  name: string;
  intervalSeconds: number;
}

export function handOver(given: HandedOver): { handedOver: HandedOver } {
  return { handedOver: given };
}

function isGraph(value: unknown): value is Graph {
  return isJson(value) && Array.isArray(value.nodes) && value.nodes.every((node) => isJson(node) && typeof node.id === "string") && Array.isArray(value.edges);
}

/** The browser keeps the state of a page, also over an upgrade: what does not look right is left out. */
export function handedOver(state: unknown): HandedOver | null {
  const given = isJson(state) ? state.handedOver : null;
  if (!isJson(given) || !isGraph(given.graph)) return null;
  return {
    graph: given.graph,
    name: typeof given.name === "string" ? given.name : "",
    intervalSeconds: typeof given.intervalSeconds === "number" ? given.intervalSeconds : 300,
  };
}
