import { expect, test } from "vitest";
import type { Graph } from "@/api/types";
import { diffWords } from "./diff_words";
import { graphDiff, isEmptyDiff } from "./graph_diff";
import { settingChangeWords } from "./setting_change_words";

const TYPES = [
  { type: "start", title: "Start Flow" },
  { type: "stream_markets", title: "Stream Markets", config_schema: { properties: { volume_min: { title: "Volume at least", anyOf: [{ "x-unit": "USDC" }] } } } },
  { type: "add_to_watchlist", title: "Add to Watchlist" },
];
const node = (id: string, type: string, config: Record<string, unknown> = {}, name = "") => ({ id, type, type_version: 1, name, config });
const edge = (source: string, target: string, source_port = "out") => ({ source, source_port, target, target_port: "in" });
const BEFORE: Graph = {
  schema_version: 1,
  nodes: [node("start", "start"), node("markets", "stream_markets", { volume_min: "100000" }), node("end", "end")],
  edges: [edge("start", "markets"), edge("markets", "end")],
};
const AFTER: Graph = {
  schema_version: 1,
  nodes: [node("start", "start"), node("markets", "stream_markets", { volume_min: "50000", tag: "politics" }), node("watch", "add_to_watchlist", { reason: "big" }, "Keep")],
  edges: [edge("start", "markets"), edge("markets", "watch")],
};

test("two graphs are compared by node, setting and wire, in words", () => {
  const words = diffWords(graphDiff(BEFORE, AFTER), BEFORE, AFTER, TYPES);
  expect(words.added).toEqual([{ id: "watch", title: "Keep", lines: ["Reason: big"] }]);
  expect(words.removed.map(({ title }) => title)).toEqual(["End"]);
  expect(words.changed).toEqual([
    {
      id: "markets",
      title: "Stream Markets",
      changes: [
        { title: "Volume at least", before: "100,000 USDC", after: "50,000 USDC" },
        { title: "Tag", before: "not set", after: "politics" },
      ],
    },
  ]);
  expect(words.wiresAdded).toEqual(["Stream Markets → Keep"]);
  expect(words.wiresRemoved).toEqual(["Stream Markets → End"]);
});

test("where nodes are drawn is no difference", () => {
  const moved = { ...BEFORE, nodes: BEFORE.nodes.map((one) => ({ ...one, position: { x: 1, y: 2 } })) };
  expect(isEmptyDiff(graphDiff(BEFORE, moved))).toBe(true);
});

test("changed settings of a strategy are said in words", () => {
  expect(settingChangeWords({ field: "interval_seconds", before: 300, after: 3600 })).toEqual({ title: "Executes", before: "every 5 minutes", after: "every hour" });
  expect(settingChangeWords({ field: "schedule.windows", before: [], after: [{ days: ["mon", "tue", "wed"], start: "09:00:00", end: "17:00:00" }] })).toMatchObject({
    before: "around the clock",
    after: "Mon–Wed, 09:00 to 17:00",
  });
  expect(settingChangeWords({ field: "watchlist.expire_after_hours", before: 168, after: null })).toMatchObject({ before: "7 days", after: "never" });
});
