import { expect, test } from "vitest";
import { fieldAnswer, fieldProblem, parameterFields, type ParameterField } from "./parameter_fields";

const schema = {
  type: "object",
  required: ["category"],
  $defs: { Window: { enum: ["1h", "4h"], title: "Window", type: "string" } },
  properties: {
    category: { type: "string", title: "Category", default: "Politics", maxLength: 20 },
    momentum_min: { type: "string", format: "decimal", "x-unit": "ratio", "x-minimum": "0", "x-maximum": "1", default: "0.05" },
    amount: { type: "string", format: "decimal", "x-unit": "USDC", "x-exclusive-minimum": "0", default: "100" },
    markets_max: { type: "integer", minimum: 1, maximum: 50, default: 10 },
    window: { $ref: "#/$defs/Window", default: "1h" },
    text: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    tags: { type: "array", items: { type: "string" }, default: ["a", "b"] },
    eager: { type: "boolean", default: true },
  },
};

const fields = new Map(parameterFields(schema).map((field) => [field.name, field]));
const field = (name: string): ParameterField => {
  const found = fields.get(name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
};

test("each kind of schema becomes its field", () => {
  expect([...fields.values()].map(({ name, kind }) => [name, kind])).toEqual([
    ["category", "text"],
    ["momentum_min", "decimal"],
    ["amount", "decimal"],
    ["markets_max", "integer"],
    ["window", "choice"],
    ["text", "text"],
    ["tags", "words"],
    ["eager", "switch"],
  ]);
  expect(field("window").options.map(({ value }) => value)).toEqual(["1h", "4h"]);
  expect(field("momentum_min").label).toBe("Momentum min");
});

test("bounds are said in words", () => {
  expect(fieldProblem(field("momentum_min"), "1.5")).toBe("Must be at least 0 and at most 1 ratio.");
  expect(fieldProblem(field("amount"), "0")).toBe("Must be more than 0 USDC.");
  expect(fieldProblem(field("markets_max"), "2.5")).toBe("Must be a whole number.");
  expect(fieldProblem(field("markets_max"), "ten")).toContain("Must be a number");
  expect(fieldProblem(field("category"), " ")).toBe("Fill this in.");
  expect(fieldProblem(field("text"), "")).toBeNull();
});

test("answers keep decimals as text", () => {
  expect(fieldAnswer(field("momentum_min"), "0.050")).toBe("0.050");
  expect(fieldAnswer(field("markets_max"), "12")).toBe(12);
  expect(fieldAnswer(field("text"), "")).toBeUndefined();
  expect(fieldAnswer(field("tags"), "x, y,")).toEqual(["x", "y"]);
  expect(fieldAnswer(field("eager"), false)).toBe(false);
});
