import { expect, test } from "vitest";
import { shownValue, storedValue } from "./config_value";
import { parameterFields } from "./parameter_fields";

const METRIC = { name: "volume", title: "volume", unit: "USDC", description: "All that was ever traded." };
const SCHEMA = {
  $defs: { Comparison: { properties: { metric: { type: "string", "x-metrics": [METRIC] } } } },
  properties: {
    limit: { type: "integer", default: 10 },
    outcome: { type: "string", default: "Yes" },
    amount: { anyOf: [{ type: "string", format: "decimal" }, { type: "null" }], default: null },
    window: { type: "string", "x-form": "window", "x-offered": ["1h", "4h"], default: "1h" },
    conditions: { type: "array", "x-form": "conditions", items: {} },
    metric: { type: "string", "x-metrics": [METRIC], default: "volume" },
    formula: { type: "string", "x-form": "formula", "x-variables": [METRIC] },
  },
};
const fields = new Map(parameterFields(SCHEMA).map((field) => [field.name, field]));
const field = (name: string) => {
  const found = fields.get(name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
};

test("settings of nodes have kinds of their own, with what they offer", () => {
  expect([...fields.values()].map(({ kind }) => kind)).toEqual(["integer", "text", "decimal", "window", "conditions", "metric", "formula"]);
  expect(field("window").offered).toEqual(["1h", "4h"]);
  for (const name of ["conditions", "metric", "formula"]) expect(field(name).metrics).toEqual([METRIC]);
});

test("the standard is shown while nothing is set, and an emptied field stays empty", () => {
  expect(shownValue(field("outcome"), undefined)).toBe("Yes");
  expect(shownValue(field("outcome"), storedValue(field("outcome"), ""))).toBe("");
  expect(shownValue(field("amount"), storedValue(field("amount"), ""))).toBe("");
  expect(storedValue(field("amount"), "")).toBeUndefined();
});

test("whole numbers are kept as numbers, decimals as text, half-typed ones as typed", () => {
  expect(storedValue(field("limit"), "25")).toBe(25);
  expect(storedValue(field("limit"), "25x")).toBe("25x");
  expect(storedValue(field("amount"), "0.050")).toBe("0.050");
});
