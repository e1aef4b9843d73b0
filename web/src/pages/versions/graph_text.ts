import { isJson, type Json } from "@/graph/setting_words";

export interface ReadGraph {
  graph: Json | null;
  fault: string | null;
}

/** A graph out of JSON text; of a whole export its graph is taken. Meaning is the server's to judge. */
export function readGraphText(text: string): ReadGraph {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { graph: null, fault: `This is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.` };
  }
  const graph = isJson(value) && isJson(value.graph) ? value.graph : value;
  if (!isJson(graph) || !Array.isArray(graph.nodes)) return { graph: null, fault: "A graph is an object with “nodes” and “edges”." };
  return { graph, fault: null };
}
