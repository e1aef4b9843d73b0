import { isJson, type Json } from "@/graph/setting_words";

export interface StrategyFile {
  schema_version: number;
  name: string;
  graph: Json;
  settings: Json;
}

/** Reads the text of an exported strategy; a sentence when it is none. What it means is the server's to judge. */
export function readStrategyFile(text: string, fallbackName: string): StrategyFile | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "This file is not JSON.";
  }
  if (!isJson(value) || !isJson(value.graph)) return "This file is no export of a strategy: it has no “graph”.";
  const version = value.schema_version ?? value.graph.schema_version ?? 1;
  return {
    schema_version: typeof version === "number" ? version : 1,
    name: typeof value.name === "string" && value.name.trim() !== "" ? value.name.trim().slice(0, 80) : fallbackName,
    graph: value.graph,
    settings: isJson(value.settings) ? value.settings : {},
  };
}
