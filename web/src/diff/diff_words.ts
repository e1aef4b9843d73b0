import type { Graph, GraphEdge, GraphNode, VersionDiff } from "@/api/types";
import { nodeTitle, typeOf, type NodeTypeWords } from "@/graph/node_types";
import { isUnset, settingsWords, settingTitle, valueWords } from "@/graph/setting_words";
import { settingChangeWords, type ChangeWords } from "./setting_change_words";

export interface NodeWords {
  id: string;
  title: string;
  /** What it is set to, or what changed. */
  lines: string[];
}

export interface ChangedNode {
  id: string;
  title: string;
  changes: ChangeWords[];
}

/** What differs between two graphs, in plain words. */
export interface DiffWords {
  added: NodeWords[];
  removed: NodeWords[];
  changed: ChangedNode[];
  wiresAdded: string[];
  wiresRemoved: string[];
  settings: ChangeWords[];
}

type GraphDiff = Omit<VersionDiff, "before" | "after" | "same" | "settings_changed"> & Partial<Pick<VersionDiff, "settings_changed">>;

const NOT_SET = "not set";

/** `before` and `after` name the nodes; a node that is in neither is called by its id. */
export function diffWords(diff: GraphDiff, before: Graph, after: Graph, types: readonly NodeTypeWords[]): DiffWords {
  const known = new Map<string, GraphNode>([...before.nodes, ...after.nodes].map((node) => [node.id, node]));
  const titleOf = (id: string) => {
    const node = known.get(id);
    return node === undefined ? id : nodeTitle(node, types);
  };
  const schemaOf = (id: string) => {
    const node = known.get(id);
    return node === undefined ? undefined : typeOf(types, node)?.config_schema;
  };
  const whole = (node: GraphNode): NodeWords => ({
    id: node.id,
    title: nodeTitle(node, types),
    lines: settingsWords(node.config ?? {}, typeOf(types, node)?.config_schema).map(({ name, value }) => `${name}: ${value}`),
  });
  return {
    added: diff.nodes_added.map(whole),
    removed: diff.nodes_removed.map(whole),
    changed: diff.nodes_changed.map(({ node_id: id, changes }) => ({
      id,
      title: titleOf(id),
      changes: changes.map(({ field, before: old, after: now }) => nodeChange(schemaOf(id), field, old, now)),
    })),
    wiresAdded: diff.edges_added.map((edge) => wireWords(edge, titleOf)),
    wiresRemoved: diff.edges_removed.map((edge) => wireWords(edge, titleOf)),
    settings: (diff.settings_changed ?? []).map(settingChangeWords),
  };
}

function nodeChange(schema: unknown, field: string, before: unknown, after: unknown): ChangeWords {
  const path = field.replace(/^config\./, "");
  if (path === field) {
    const titles: Record<string, string> = { name: "Name", type: "Kind of node", type_version: "Version of the node" };
    return { title: titles[field] ?? field, before: plain(before), after: plain(after) };
  }
  const words = (value: unknown) => (isUnset(value) ? NOT_SET : valueWords(schema, path, value));
  return { title: settingTitle(schema, path), before: words(before), after: words(after) };
}

function plain(value: unknown): string {
  return isUnset(value) ? NOT_SET : String(value);
}

function wireWords({ source, source_port: port, target }: GraphEdge, titleOf: (id: string) => string): string {
  return `${titleOf(source)}${port === "out" ? "" : ` (${port})`} → ${titleOf(target)}`;
}
