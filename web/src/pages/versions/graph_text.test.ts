import { expect, test } from "vitest";
import { fileName } from "./download_json";
import { readGraphText } from "./graph_text";
import { versionState } from "./version_state";

test("a graph is read from its own text and from a whole export", () => {
  const graph = { nodes: [{ id: "start", type: "start" }], edges: [] };
  expect(readGraphText(JSON.stringify(graph)).graph).toEqual(graph);
  expect(readGraphText(JSON.stringify({ schema_version: 1, name: "x", graph, settings: {} })).graph).toEqual(graph);
});

test("what is no graph is refused with a sentence", () => {
  expect(readGraphText("{").fault).toContain("not JSON");
  expect(readGraphText("[]").fault).toContain("“nodes”");
});

test("a file is named after the strategy", () => {
  expect(fileName("Politics: Momentum Bot!", 3)).toBe("politics-momentum-bot-v3.json");
  expect(fileName("???", 1)).toBe("strategy-v1.json");
});

test("what is newer than the published version is a draft", () => {
  expect([3, 2, 1].map((number) => versionState(number, 2))).toEqual(["draft", "published", "earlier"]);
});
