/** A template's JSON Schema, read as the fields of a form. */

export interface ParameterField {
  name: string;
  label: string;
  help: string | null;
  kind: "decimal" | "integer" | "number" | "text" | "choice" | "switch" | "words" | "conditions" | "formula" | "window" | "metric";
  unit: string | null;
  least: string | null;
  most: string | null;
  /** `least` itself is refused. */
  aboveLeast: boolean;
  lengthMax: number | null;
  options: { value: string; label: string }[];
  /** Values that are offered; others are possible. */
  offered: string[];
  /** Numbers of a market that can be named in it. */
  metrics: MetricWords[];
  /** It may be left out: null or the standard counts then. */
  nullable: boolean;
  required: boolean;
  initial: FieldValue;
}

/** A number of a market: what conditions compare and formulas compute with. */
export interface MetricWords {
  name: string;
  title: string;
  unit: string;
  description: string;
}

export type FieldValue = string | boolean;
type Schema = Record<string, unknown>;

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function bound(schema: Schema, ...names: string[]): string | null {
  for (const name of names) {
    const value = schema[name];
    if (typeof value === "number" || typeof value === "string") return String(value);
  }
  return null;
}

/** Follows $ref and takes the part of anyOf that is not null. */
function resolved(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  if (typeof schema.$ref === "string") {
    const target = schema.$ref.split("/").slice(1).reduce<unknown>((at, part) => (isSchema(at) ? at[part] : undefined), root);
    return resolved({ ...(isSchema(target) ? target : {}), ...schema, $ref: undefined }, root);
  }
  if (Array.isArray(schema.anyOf)) {
    const parts = schema.anyOf.filter(isSchema);
    const chosen = parts.find((part) => part.type !== "null");
    const inner = resolved({ ...chosen, ...schema, anyOf: undefined }, root);
    return { schema: inner.schema, nullable: inner.nullable || parts.some((part) => part.type === "null") };
  }
  return { schema, nullable: false };
}

function kindOf(schema: Schema): ParameterField["kind"] {
  const form = schema["x-form"];
  if (form === "conditions" || form === "formula" || form === "window") return form;
  if (Array.isArray(schema["x-metrics"])) return "metric";
  if (Array.isArray(schema.enum)) return "choice";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "integer") return "integer";
  if (schema.type === "number") return "number";
  if (schema.type === "array") return "words";
  return schema.format === "decimal" ? "decimal" : "text";
}

function metricWords(value: unknown): MetricWords[] {
  if (!isSchema(value) || typeof value.name !== "string") return [];
  const text = (entry: unknown) => (typeof entry === "string" ? entry : "");
  return [{ name: value.name, title: text(value.title) || value.name, unit: text(value.unit), description: text(value.description) }];
}

/** Of a list of conditions they are at the comparison within. */
function metricsIn(schema: Schema, root: Schema): MetricWords[] {
  const own = schema["x-metrics"] ?? schema["x-variables"];
  if (Array.isArray(own)) return own.flatMap(metricWords);
  if (schema["x-form"] !== "conditions") return [];
  const definitions = isSchema(root.$defs) ? Object.values(root.$defs).filter(isSchema) : [];
  for (const { properties } of definitions) {
    const metric = isSchema(properties) ? properties.metric : null;
    if (isSchema(metric) && Array.isArray(metric["x-metrics"])) return metric["x-metrics"].flatMap(metricWords);
  }
  return [];
}

function initialOf(schema: Schema): FieldValue {
  const value = schema.default;
  if (typeof value === "boolean") return value;
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return schema.type === "boolean" ? false : "";
}

export function parameterFields(root: Schema): ParameterField[] {
  const properties = isSchema(root.properties) ? root.properties : {};
  const required = Array.isArray(root.required) ? root.required : [];
  return Object.entries(properties).flatMap(([name, value]) => {
    if (!isSchema(value)) return [];
    const { schema, nullable } = resolved(value, root);
    const exclusive = bound(schema, "exclusiveMinimum", "x-exclusive-minimum");
    const text = (entry: unknown) => (typeof entry === "string" && entry !== "" ? entry : null);
    const labels: Schema = isSchema(schema["x-labels"]) ? schema["x-labels"] : {};
    return [
      {
        name,
        label: text(schema.title) ?? words(name),
        help: text(schema.description),
        kind: kindOf(schema),
        unit: text(schema["x-unit"]),
        least: exclusive ?? bound(schema, "minimum", "x-minimum"),
        most: bound(schema, "maximum", "x-maximum"),
        aboveLeast: exclusive !== null,
        lengthMax: typeof schema.maxLength === "number" ? schema.maxLength : null,
        options: (Array.isArray(schema.enum) ? schema.enum : []).map((option) => ({
          value: String(option),
          label: text(labels[String(option)]) ?? String(option),
        })),
        offered: Array.isArray(schema["x-offered"]) ? schema["x-offered"].map(String) : [],
        metrics: metricsIn(schema, root),
        nullable,
        required: !nullable && (required.includes(name) || schema.default !== undefined) && schema.default !== "",
        initial: initialOf(schema),
      },
    ];
  });
}

const NUMBER = /^-?\d+(\.\d+)?$/;

function rangeWords(field: ParameterField): string {
  const unit = field.unit === null ? "" : ` ${field.unit}`;
  const lower = field.least === null ? null : `${field.aboveLeast ? "more than" : "at least"} ${field.least}`;
  const upper = field.most === null ? null : `at most ${field.most}`;
  return `Must be ${[lower, upper].filter((part) => part !== null).join(" and ")}${unit}.`;
}

/** What is wrong with a value, in a sentence; null when nothing is. The server checks again. */
export function fieldProblem(field: ParameterField, value: FieldValue): string | null {
  if (typeof value === "boolean") return null;
  const text = value.trim();
  if (text === "") return field.required ? "Fill this in." : null;
  if (field.lengthMax !== null && text.length > field.lengthMax) return `At most ${field.lengthMax} characters.`;
  if (field.kind !== "decimal" && field.kind !== "integer" && field.kind !== "number") return null;
  if (!NUMBER.test(text)) return "Must be a number, such as 0.05.";
  if (field.kind === "integer" && text.includes(".")) return "Must be a whole number.";
  const amount = Number(text);
  const low = field.least !== null && (field.aboveLeast ? amount <= Number(field.least) : amount < Number(field.least));
  const high = field.most !== null && amount > Number(field.most);
  return low || high ? rangeWords(field) : null;
}

/** The value as the API takes it; undefined leaves the choice to the template. Decimals stay text. */
export function fieldAnswer(field: ParameterField, value: FieldValue): unknown {
  if (typeof value === "boolean") return value;
  const text = value.trim();
  if (field.kind === "words") return text === "" ? [] : text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  if (text === "") return field.kind === "text" && field.initial !== "" ? "" : undefined;
  return field.kind === "integer" || field.kind === "number" ? Number(text) : text;
}
