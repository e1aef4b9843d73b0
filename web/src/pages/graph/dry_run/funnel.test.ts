import { expect, test } from "vitest";
import type { DryRun, NodeRun } from "@/api/types";
import { effectWords, funnel, goesOnLater, outcomeWords, stopsAt } from "./funnel";

const verdict = (market: string, port: string | null, pending = false) => ({ market_id: market, question: `${market}?`, port, sentence: `said of ${market}`, pending });
const node = (changes: Partial<NodeRun>): NodeRun => ({
  node_id: "n", type: "filter", title: "Filter", rule: "", items_in: 0, items_out: {}, items_pending: 0, duration_ms: null, error: null, verdicts: [], verdicts_truncated: false, ...changes,
});
const effect = (changes: Partial<DryRun["effects"][number]>): DryRun["effects"][number] => ({
  kind: "notify", node_id: "n", market_id: null, question: null, outcome: null, side: null, amount: null, reason: "", ...changes,
});
const run = (changes: Partial<DryRun>): DryRun => ({
  evaluated_at: "2026-11-23T00:00:00Z", source: "sandbox", duration_ms: 5, nodes: [], effects: [], effects_total: 0, goes_on: [], failure: null, ...changes,
});

test("the widest node fills the bar, the others are parts of it", () => {
  const [stream, filter] = funnel([node({ items_in: 0, items_out: { out: 200 } }), node({ items_in: 200, items_out: { true: 40, false: 10 }, items_pending: 1 })]);
  expect(stream).toMatchObject({ wide: 0, leftWide: 1, left: 200 });
  expect(filter).toMatchObject({ wide: 1, leftWide: 0.25, waiting: 1, ports: [{ port: "true", items: 40 }, { port: "false", items: 10 }] });
});

test("only markets that stopped are told of, and how many are not told", () => {
  const told = stopsAt(node({ items_in: 3, verdicts: [verdict("a", null), verdict("b", "out"), verdict("c", null, true)] }));
  expect(told).toEqual({ stops: [{ market: "a", question: "a?", sentence: "said of a" }], untold: 0 });
  expect(stopsAt(node({ items_in: 120, verdicts_truncated: true, verdicts: Array.from({ length: 20 }, (_, at) => verdict(String(at), null)) })).untold).toBe(100);
});

test("what would have been done is said in one sentence", () => {
  expect(outcomeWords(run({}))).toBe("Nothing would have been done.");
  expect(outcomeWords(run({ effects: [effect({ kind: "order_intent" }), effect({}), effect({})], effects_total: 3 }))).toBe("It would have made 1 order, 2 notices.");
  expect(outcomeWords(run({ effects: [effect({})], effects_total: 150 }))).toBe("150 things would have been done.");
  expect(outcomeWords(run({ failure: { node_id: "n", message: "x" } }))).toContain("broke");
  expect(effectWords(effect({ kind: "order_intent", side: "buy", outcome: "Yes", amount: "20" }))).toBe("Buy Yes for $20.00");
});

test("what waits behind many orders of one node is one line", () => {
  const behind = { node_id: "buy", port: "filled", due_at: null, items: 1 };
  expect(goesOnLater(run({ goes_on: [behind, behind, { ...behind, port: "failed" }] }))).toEqual([
    { id: "buy", port: "filled", due: null, items: 2 },
    { id: "buy", port: "failed", due: null, items: 1 },
  ]);
});
