import { ApiProblem, sentenceOf } from "@/api/problem";

export interface PlacedErrors {
  /** Sentence per form path. */
  fields: Record<string, string>;
  /** What belongs to no field. */
  general: string[];
}

const OWN_FIELDS: Record<string, string> = { name: "name", interval_seconds: "interval", allocation: "allocation" };

/** Puts each line of a refused request beside the field it is about. */
export function placeErrors(error: unknown, parameters: readonly string[]): PlacedErrors {
  const placed: PlacedErrors = { fields: {}, general: [] };
  if (!(error instanceof ApiProblem) || error.lines.length === 0) return { fields: {}, general: [sentenceOf(error)] };
  for (const { field, node_id, message } of error.lines) {
    const parts = (field ?? "").split(".");
    const own = parts.map((part) => OWN_FIELDS[part]).find((path) => path !== undefined);
    const parameter = parts.find((part) => parameters.includes(part));
    if (parameter !== undefined) placed.fields[`parameters.${parameter}`] = message;
    else if (own !== undefined) placed.fields[own] = message;
    else placed.general.push(node_id ? `Node ${node_id}: ${message}` : message);
  }
  return placed;
}
