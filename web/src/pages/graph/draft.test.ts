import { expect, test } from "vitest";
import { EMPTY_GRAPH, renameNode } from "@/graph/edit_graph";
import { changeHistory, type History } from "./draft";

const BEGIN: History = { past: [], now: EMPTY_GRAPH, future: [], group: null };
const named = (name: string) => renameNode(EMPTY_GRAPH, "start", name);

test("typing into one field is one step; undo and redo walk the steps", () => {
  let history = changeHistory(BEGIN, { kind: "change", graph: named("a"), group: "start.name" });
  history = changeHistory(history, { kind: "change", graph: named("ab"), group: "start.name" });
  history = changeHistory(history, { kind: "change", graph: named("c"), group: null });
  history = changeHistory(history, { kind: "undo" });
  expect(history.now).toEqual(named("ab"));
  history = changeHistory(history, { kind: "undo" });
  expect(history.now).toEqual(EMPTY_GRAPH);
  expect(changeHistory(history, { kind: "undo" })).toBe(history);
  history = changeHistory(history, { kind: "redo" });
  expect(history.now).toEqual(named("ab"));
});

test("a change after an undo drops what was taken back", () => {
  let history = changeHistory(BEGIN, { kind: "change", graph: named("a"), group: null });
  history = changeHistory(history, { kind: "undo" });
  history = changeHistory(history, { kind: "change", graph: named("b"), group: null });
  expect(changeHistory(history, { kind: "redo" })).toBe(history);
});
