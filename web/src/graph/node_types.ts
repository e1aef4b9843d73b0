import type { GraphNode, NodeType } from "@/api/types";
import { plainWords } from "./setting_words";

/** What of a node's type its words are made of. */
export type NodeTypeWords = Pick<NodeType, "type" | "title"> & Partial<Pick<NodeType, "version" | "group" | "description" | "config_schema">>;

/** The type of a node in its version; another version of it where that one is not known. */
export function typeOf<T extends NodeTypeWords>(types: readonly T[], node: Pick<GraphNode, "type" | "type_version">): T | undefined {
  const same = types.filter(({ type }) => type === node.type);
  return same.find(({ version }) => version === node.type_version) ?? same[0];
}

/** The newest version of each type, in the order of the catalogue: what a palette offers. */
export function latestTypes(types: readonly NodeType[]): NodeType[] {
  return types.filter((type) => types.every((other) => other.type !== type.type || other.version <= type.version));
}

/** What a person calls the node: its own name, else its type's title. */
export function nodeTitle(node: GraphNode, types: readonly NodeTypeWords[]): string {
  return node.name !== "" ? node.name : (typeOf(types, node)?.title ?? plainWords(node.type));
}
