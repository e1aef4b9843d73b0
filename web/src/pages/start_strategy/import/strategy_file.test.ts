import { expect, test } from "vitest";
import { readStrategyFile } from "./strategy_file";

test("an export is read whole, a bare graph gets the name of its file", () => {
  const graph = { schema_version: 1, nodes: [], edges: [] };
  expect(readStrategyFile(JSON.stringify({ schema_version: 1, name: " Mine ", graph, settings: { interval_seconds: 60 } }), "file")).toEqual({
    schema_version: 1,
    name: "Mine",
    graph,
    settings: { interval_seconds: 60 },
  });
  expect(readStrategyFile(JSON.stringify({ graph }), "file")).toMatchObject({ name: "file", settings: {}, schema_version: 1 });
});

test("anything else is refused with a sentence", () => {
  expect(readStrategyFile("nope", "file")).toBe("This file is not JSON.");
  expect(readStrategyFile('{"nodes": []}', "file")).toContain("no “graph”");
});
