import type { Graph, GraphEdge, GraphNode, NodeType } from "@/api/types";
import { typeOf } from "./node_types";

/** What a person does to a graph. Every function gives a new graph; meaning is checked by the server. */
export const EMPTY_GRAPH: Graph = {
  schema_version: 1,
  nodes: [{ id: "start", type: "start", type_version: 1, name: "", config: {} }],
  edges: [],
};

function freeId(graph: Graph, type: string): string {
  const taken = new Set(graph.nodes.map(({ id }) => id));
  if (!taken.has(type)) return type;
  let number = 2;
  while (taken.has(`${type}-${number}`)) number += 1;
  return `${type}-${number}`;
}

export interface Origin {
  source: string;
  port: string;
}

/** With `behind` the new node is wired to that port at once. */
export function addNode(graph: Graph, type: NodeType, behind: Origin | null): { graph: Graph; id: string } {
  const id = freeId(graph, type.type);
  const node: GraphNode = { id, type: type.type, type_version: type.version, name: "", config: {} };
  const input = type.inputs[0];
  const wire = behind !== null && input !== undefined ? [{ source: behind.source, source_port: behind.port, target: id, target_port: input.name }] : [];
  return { graph: { ...graph, nodes: [...graph.nodes, node], edges: [...graph.edges, ...wire] }, id };
}

export function removeNode(graph: Graph, id: string): Graph {
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => node.id !== id),
    edges: graph.edges.filter(({ source, target }) => source !== id && target !== id),
  };
}

function changeNode(graph: Graph, id: string, change: (node: GraphNode) => GraphNode): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Undefined takes the setting away: then its standard counts. */
export function setSetting(graph: Graph, id: string, name: string, value: unknown): Graph {
  return changeNode(graph, id, (node) => {
    const config = Object.fromEntries(Object.entries(node.config ?? {}).filter(([key]) => key !== name));
    return { ...node, config: value === undefined ? config : { ...node.config, [name]: value } };
  });
}

export function renameNode(graph: Graph, id: string, name: string): Graph {
  return changeNode(graph, id, (node) => ({ ...node, name }));
}

export function connect(graph: Graph, edge: GraphEdge): Graph {
  return { ...graph, edges: [...graph.edges.filter((other) => !sameEdge(other, edge)), edge] };
}

export function disconnect(graph: Graph, edge: GraphEdge): Graph {
  return { ...graph, edges: graph.edges.filter((other) => !sameEdge(other, edge)) };
}

function sameEdge(one: GraphEdge, other: GraphEdge): boolean {
  return one.source === other.source && one.source_port === other.source_port && one.target === other.target && one.target_port === other.target_port;
}

/** All nodes from which `id` can be reached, itself included. */
function before(graph: Graph, id: string): Set<string> {
  const found = new Set([id]);
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { source, target } of graph.edges) {
      if (target !== at || found.has(source)) continue;
      found.add(source);
      open.push(source);
    }
  }
  return found;
}

/** Only an input for markets is choosy. A port of kind "any" carries what arrives at its node: the server judges that. */
function fits(output: string | undefined, input: string): boolean {
  return input !== "markets" || output !== "control";
}

/** Wires that a port may have: no loop, nothing twice, only kinds that fit. */
export function possibleWires(graph: Graph, types: readonly NodeType[], { source, port }: Origin): GraphEdge[] {
  const from = graph.nodes.find(({ id }) => id === source);
  const kind = from === undefined ? undefined : typeOf(types, from)?.outputs.find(({ name }) => name === port)?.kind;
  const earlier = before(graph, source);
  return graph.nodes.flatMap((node) => {
    if (earlier.has(node.id)) return [];
    const inputs = typeOf(types, node)?.inputs ?? [];
    return inputs
      .filter((input) => fits(kind, input.kind))
      .map((input) => ({ source, source_port: port, target: node.id, target_port: input.name }))
      .filter((edge) => !graph.edges.some((other) => sameEdge(other, edge)));
  });
}

/** Types that may follow a port of this kind; all of them when there is none. */
export function typesBehind(types: readonly NodeType[], kind: string | undefined): NodeType[] {
  if (kind === undefined) return [...types];
  return types.filter(({ inputs }) => inputs.some((input) => fits(kind, input.kind)));
}
