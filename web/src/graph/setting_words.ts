/** The settings of a node, and rules within them, as people read them. */
export interface SettingWords {
  name: string;
  value: string;
}

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function plainWords(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function scalarWords(value: unknown): string {
  if (typeof value === "string") return /^\d{4,}(\.\d+)?$/.test(value) ? grouped(value) : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function grouped(text: string): string {
  const [head = "", tail] = text.split(".");
  const digits = head.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return tail === undefined ? digits : `${digits}.${tail}`;
}

/** A rule as it is written in a node: comparisons, nested by all, any and not. */
export function ruleWords(rule: unknown, nested = false): string {
  if (!isJson(rule)) return scalarWords(rule);
  const joined = (parts: unknown[], word: string) => {
    const text = parts.map((part) => ruleWords(part, true)).join(` ${word} `);
    return nested && parts.length > 1 ? `(${text})` : text;
  };
  if (Array.isArray(rule.all)) return joined(rule.all, "and");
  if (Array.isArray(rule.any)) return joined(rule.any, "or");
  if ("not" in rule) return `not (${ruleWords(rule.not)})`;
  if (typeof rule.metric === "string") return `${rule.metric.replaceAll("_", " ")} ${scalarWords(rule.op)} ${scalarWords(rule.value)}`;
  return JSON.stringify(rule);
}

function propertyOf(schema: unknown, name: string): Json | null {
  const properties = isJson(schema) && isJson(schema.properties) ? schema.properties : {};
  const property = properties[name];
  return isJson(property) ? property : null;
}

export function settingTitle(schema: unknown, name: string): string {
  const property = propertyOf(schema, name);
  return typeof property?.title === "string" ? property.title : plainWords(name);
}

/** " USDC"; a setting that may be left out has its unit one level deeper. */
function unitOf(property: Json | null): string {
  if (property === null) return "";
  const parts = Array.isArray(property.anyOf) ? [property, ...property.anyOf.filter(isJson)] : [property];
  const unit = parts.map((part) => part["x-unit"]).find((value) => typeof value === "string" && value !== "");
  return typeof unit === "string" ? ` ${unit}` : "";
}

export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The value of one setting, with its unit; `joiner` stands between the rules of a list. */
export function valueWords(schema: unknown, name: string, value: unknown, joiner = "and"): string {
  if (Array.isArray(value)) return value.map((part) => ruleWords(part, true)).join(value.some(isJson) ? ` ${joiner} ` : ", ");
  return isJson(value) ? ruleWords(value) : scalarWords(value) + unitOf(propertyOf(schema, name));
}

/** Everything that is set, by title. */
export function settingsWords(config: Json, schema: unknown): SettingWords[] {
  const joiner = config.match === "any" ? "or" : "and";
  return Object.entries(config).flatMap(([name, value]) =>
    isUnset(value) || (name === "match" && Array.isArray(config.conditions))
      ? []
      : [{ name: settingTitle(schema, name), value: valueWords(schema, name, value, joiner) }],
  );
}
