import { expect, test } from "vitest";
import { graphOutline } from "./graph_outline";
import { ruleWords } from "./setting_words";

const graph = {
  schema_version: 1,
  nodes: [
    { id: "buy", type: "execute_trade", type_version: 1, name: "", config: { outcome: "Yes", amount: "100" } },
    { id: "start", type: "start", type_version: 1, name: "" },
    { id: "strong", type: "condition", type_version: 1, name: "Strong?", config: { conditions: [{ metric: "momentum_1h", op: ">", value: "0.05" }] } },
  ],
  edges: [
    { source: "start", source_port: "out", target: "strong", target_port: "in" },
    { source: "strong", source_port: "true", target: "buy", target_port: "in" },
  ],
};
const types = [
  { type: "execute_trade", title: "Execute Trade", config_schema: { properties: { amount: { title: "Amount", "x-unit": "USDC" } } } },
  { type: "start", title: "Start" },
];

test("nodes come in flow order and name where their items go", () => {
  const outline = graphOutline(graph, types);
  expect(outline.map(({ title }) => title)).toEqual(["Start", "Strong?", "Execute Trade"]);
  expect(outline[1]?.next).toEqual([{ port: "true", title: "Execute Trade", place: 3 }]);
  expect(outline[1]?.settings).toEqual([{ name: "Conditions", value: "momentum 1h > 0.05" }]);
  expect(outline[2]?.settings).toContainEqual({ name: "Amount", value: "100 USDC" });
});

test("nested rules keep their brackets", () => {
  const above = { metric: "volume", op: ">", value: "100000" };
  const near = { metric: "spread", op: "<=", value: "0.02" };
  expect(ruleWords({ all: [above, { any: [near, { not: above }] }] })).toBe("volume > 100,000 and (spread <= 0.02 or not (volume > 100,000))");
});
