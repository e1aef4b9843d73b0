import { expect, test } from "vitest";
import type { NodeType } from "@/api/types";
import { addNode, connect, disconnect, EMPTY_GRAPH, possibleWires, removeNode, setSetting } from "./edit_graph";
import { latestTypes } from "./node_types";

const type = (name: string, input: string | null, outputs: [string, string][], version = 1): NodeType => ({
  type: name,
  version,
  title: name,
  group: "Data",
  description: "",
  effects: false,
  config_schema: {},
  inputs: input === null ? [] : [{ name: "in", title: "In", kind: input, required: true }],
  outputs: outputs.map(([port, kind]) => ({ name: port, title: port, kind, description: "" })),
});
const START = type("start", null, [["out", "control"]]);
const STREAM = type("stream_markets", "control", [["out", "markets"]]);
const FILTER = type("filter", "markets", [["out", "markets"]]);
const WAIT = type("wait", "any", [["out", "any"]]);
const TYPES = [START, STREAM, FILTER, WAIT];

test("a node gets a free id and is wired behind the port it was added to", () => {
  const first = addNode(EMPTY_GRAPH, STREAM, { source: "start", port: "out" });
  const second = addNode(first.graph, STREAM, null);
  expect([first.id, second.id]).toEqual(["stream_markets", "stream_markets-2"]);
  expect(second.graph.edges).toEqual([{ source: "start", source_port: "out", target: "stream_markets", target_port: "in" }]);
});

test("wires are offered where kinds fit, without loops and without doubles", () => {
  let graph = addNode(EMPTY_GRAPH, STREAM, { source: "start", port: "out" }).graph;
  graph = addNode(graph, FILTER, { source: "stream_markets", port: "out" }).graph;
  graph = addNode(graph, WAIT, null).graph;
  const targets = (source: string) => possibleWires(graph, TYPES, { source, port: "out" }).map(({ target }) => target);
  expect(targets("start")).toEqual(["wait"]);
  expect(targets("stream_markets")).toEqual(["wait"]);
  expect(targets("filter")).toEqual(["wait"]);
  const edge = { source: "filter", source_port: "out", target: "wait", target_port: "in" };
  expect(connect(connect(graph, edge), edge).edges).toHaveLength(3);
  expect(disconnect(connect(graph, edge), edge).edges).toHaveLength(2);
});

test("a removed node takes its wires along", () => {
  const { graph } = addNode(EMPTY_GRAPH, STREAM, { source: "start", port: "out" });
  expect(removeNode(graph, "start")).toMatchObject({ nodes: [{ id: "stream_markets" }], edges: [] });
});

test("a setting is put, replaced and taken away", () => {
  const once = setSetting(EMPTY_GRAPH, "start", "limit", 5);
  expect(once.nodes[0]?.config).toEqual({ limit: 5 });
  expect(setSetting(once, "start", "limit", undefined).nodes[0]?.config).toEqual({});
});

test("a palette offers the newest version of each type", () => {
  expect(latestTypes([type("trade", "markets", [], 2), type("trade", "markets", [], 1), START]).map(({ type: name, version }) => [name, version])).toEqual([
    ["trade", 2],
    ["start", 1],
  ]);
});
