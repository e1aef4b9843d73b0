import type { Graph } from "@/api/types";

/** A graph as a list to read: every node in flow order, what it is set to, and where its items go. */
export interface OutlineNode {
  id: string;
  title: string;
  group: string | null;
  description: string | null;
  settings: { name: string; value: string }[];
  next: { port: string; title: string; place: number }[];
  place: number;
}

export interface NodeTypeWords {
  type: string;
  title: string;
  group?: string;
  description?: string;
  config_schema?: Record<string, unknown>;
}

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plainWords(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function scalar(value: unknown): string {
  if (typeof value === "string") return /^\d{4,}(\.\d+)?$/.test(value) ? value.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** A rule as it is written in a node: comparisons, nested by all, any and not. */
export function ruleWords(rule: unknown, nested = false): string {
  if (!isJson(rule)) return scalar(rule);
  const joined = (parts: unknown[], word: string) => {
    const text = parts.map((part) => ruleWords(part, true)).join(` ${word} `);
    return nested && parts.length > 1 ? `(${text})` : text;
  };
  if (Array.isArray(rule.all)) return joined(rule.all, "and");
  if (Array.isArray(rule.any)) return joined(rule.any, "or");
  if ("not" in rule) return `not (${ruleWords(rule.not)})`;
  if (typeof rule.metric === "string") return `${rule.metric.replaceAll("_", " ")} ${scalar(rule.op)} ${scalar(rule.value)}`;
  return JSON.stringify(rule);
}

/** " USDC"; a setting that may be left out has its unit one level deeper. */
function unitOf(property: unknown): string {
  if (!isJson(property)) return "";
  const parts = Array.isArray(property.anyOf) ? [property, ...property.anyOf.filter(isJson)] : [property];
  const unit = parts.map((part) => part["x-unit"]).find((value) => typeof value === "string" && value !== "");
  return typeof unit === "string" ? ` ${unit}` : "";
}

function settingsOf(config: Json, schema: Json | undefined): OutlineNode["settings"] {
  const properties = isJson(schema?.properties) ? schema.properties : {};
  return Object.entries(config).flatMap(([name, value]) => {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return [];
    const property = properties[name];
    const title = isJson(property) && typeof property.title === "string" ? property.title : plainWords(name);
    const unit = unitOf(property);
    if (Array.isArray(value)) return [{ name: title, value: value.map((part) => ruleWords(part, true)).join(value.some(isJson) ? " and " : ", ") }];
    return [{ name: title, value: isJson(value) ? ruleWords(value) : scalar(value) + unit }];
  });
}

/** Depth first from the entries, so that each branch reads from top to bottom; drawn order breaks ties. */
function flowOrder(graph: Graph): string[] {
  const targets = new Set(graph.edges.map((edge) => edge.target));
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string) => {
    if (seen.has(id)) return;
    seen.add(id);
    order.push(id);
    for (const edge of graph.edges) if (edge.source === id) visit(edge.target);
  };
  for (const node of graph.nodes) if (!targets.has(node.id)) visit(node.id);
  for (const node of graph.nodes) visit(node.id);
  return order;
}

export function graphOutline(graph: Graph, types: readonly NodeTypeWords[]): OutlineNode[] {
  const typeOf = new Map(types.map((type) => [type.type, type]));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const order = flowOrder(graph);
  const places = new Map(order.map((id, index) => [id, index + 1]));
  const titleOf = (id: string) => {
    const node = nodes.get(id);
    if (node === undefined) return id;
    return node.name !== "" ? node.name : (typeOf.get(node.type)?.title ?? plainWords(node.type));
  };
  return order.flatMap((id) => {
    const node = nodes.get(id);
    if (node === undefined) return [];
    const type = typeOf.get(node.type);
    return [
      {
        id,
        title: titleOf(id),
        group: type?.group ?? null,
        description: type?.description ?? null,
        settings: settingsOf(node.config ?? {}, type?.config_schema),
        next: graph.edges
          .filter((edge) => edge.source === id)
          .map((edge) => ({ port: edge.source_port, title: titleOf(edge.target), place: places.get(edge.target) ?? 0 })),
        place: places.get(id) ?? 0,
      },
    ];
  });
}
