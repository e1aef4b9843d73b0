import type { Graph } from "@/api/types";
import { flowOrder } from "./flow_order";
import { nodeTitle, typeOf, type NodeTypeWords } from "./node_types";
import { settingsWords, type SettingWords } from "./setting_words";

/** A graph as a list to read: every node in flow order, what it is set to, and where its items go. */
export interface OutlineNode {
  id: string;
  title: string;
  group: string | null;
  description: string | null;
  settings: SettingWords[];
  next: { port: string; title: string; place: number }[];
  place: number;
}

export function graphOutline(graph: Graph, types: readonly NodeTypeWords[]): OutlineNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const order = flowOrder(graph);
  const places = new Map(order.map((id, index) => [id, index + 1]));
  const titleOf = (id: string) => {
    const node = nodes.get(id);
    return node === undefined ? id : nodeTitle(node, types);
  };
  return order.flatMap((id) => {
    const node = nodes.get(id);
    if (node === undefined) return [];
    const type = typeOf(types, node);
    return [
      {
        id,
        title: titleOf(id),
        group: type?.group ?? null,
        description: type?.description ?? null,
        settings: settingsWords(node.config ?? {}, type?.config_schema),
        next: graph.edges
          .filter((edge) => edge.source === id)
          .map((edge) => ({ port: edge.source_port, title: titleOf(edge.target), place: places.get(edge.target) ?? 0 })),
        place: places.get(id) ?? 0,
      },
    ];
  });
}
