import { isJson } from "@/graph/setting_words";

/** Conditions of a node, as its settings have them. */
export interface Comparison {
  metric: string;
  op: string;
  value: string;
}

export type Rule = Comparison | { all: Rule[] } | { any: Rule[] } | { not: Rule };
export type GroupKind = "all" | "any" | "not";

export const OPERATORS = [
  { value: ">", label: "is above" },
  { value: ">=", label: "is at least" },
  { value: "<", label: "is below" },
  { value: "<=", label: "is at most" },
  { value: "=", label: "equals" },
  { value: "!=", label: "differs from" },
] as const;

/** What cannot be read becomes an empty comparison: nothing that a person sees is kept behind their back. */
export function readRule(value: unknown): Rule {
  if (!isJson(value)) return newComparison("");
  if (Array.isArray(value.all)) return { all: value.all.map(readRule) };
  if (Array.isArray(value.any)) return { any: value.any.map(readRule) };
  if ("not" in value) return { not: readRule(value.not) };
  const text = (part: unknown) => (typeof part === "string" || typeof part === "number" ? String(part) : "");
  return { metric: text(value.metric), op: text(value.op) || ">", value: text(value.value) };
}

export function readRules(value: unknown): Rule[] {
  return Array.isArray(value) ? value.map(readRule) : [];
}

export function newComparison(metric: string): Comparison {
  return { metric, op: ">", value: "" };
}

export function isComparison(rule: Rule): rule is Comparison {
  return "metric" in rule;
}

export function groupKind(rule: Rule): GroupKind | null {
  return "all" in rule ? "all" : "any" in rule ? "any" : "not" in rule ? "not" : null;
}

/** The rules within a group. */
export function members(rule: Rule): Rule[] {
  if ("all" in rule) return rule.all;
  if ("any" in rule) return rule.any;
  return "not" in rule ? [rule.not] : [];
}

/** A group of a kind; "not" has one rule, so that several become one group within it. */
export function makeGroup(kind: GroupKind, rules: Rule[]): Rule {
  if (kind === "all") return { all: rules };
  if (kind === "any") return { any: rules };
  const [first] = rules;
  return { not: rules.length === 1 && first !== undefined ? first : { all: rules } };
}

/** The same rules under another kind of group. */
export function regroup(rule: Rule, kind: GroupKind): Rule {
  const inner = members(rule);
  const [only] = inner;
  // A "not" around a group gives that group's rules back.
  const rules = "not" in rule && only !== undefined && !isComparison(only) && !("not" in only) ? members(only) : inner;
  return makeGroup(kind, rules);
}

/** The path under which the server names a rule's place: `conditions[0].all[1]`. */
export function memberPath(path: string, kind: GroupKind | null, place: number): string {
  if (kind === null) return `${path}[${place}]`;
  return kind === "not" ? `${path}.not` : `${path}.${kind}[${place}]`;
}
