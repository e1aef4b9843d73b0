import type { FieldValue, ParameterField } from "./parameter_fields";

/** What a field shows of a node's settings: the standard while nothing is set. */
export function shownValue(field: ParameterField, stored: unknown): FieldValue {
  if (stored === undefined || stored === null) return field.initial;
  if (typeof stored === "boolean") return stored;
  if (typeof stored === "string" || typeof stored === "number") return String(stored);
  return Array.isArray(stored) ? stored.map(String).join(", ") : JSON.stringify(stored);
}

/** What is kept of what was typed, also while it is wrong: a person goes on typing. Undefined: not set. */
export function storedValue(field: ParameterField, typed: FieldValue): unknown {
  if (typeof typed === "boolean") return typed;
  if (typed === "") return field.nullable || field.initial === "" ? undefined : "";
  if (field.kind === "words") return typed.split(",").map((part) => part.trim());
  if ((field.kind === "integer" || field.kind === "number") && /^-?\d+(\.\d+)?$/.test(typed.trim())) return Number(typed);
  return typed;
}
