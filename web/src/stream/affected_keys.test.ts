import { expect, test } from "vitest";
import { keys } from "@/queries/keys";
import { affectedKeys, newsFrom } from "./affected_keys";

test("a trade makes trades, orders and the strategy old, not its graph", () => {
  const affected = affectedKeys(newsFrom("trade_executed", '{"strategy_id":"s1"}')).map((key) => key.join("/"));
  expect(affected).toContain("strategy/s1/trades");
  expect(affected).toContain("strategy/s1/view");
  expect(affected).not.toContain("strategy/s1/graph");
});

test("an execution makes the open details old: a continuation adds a step to theirs", () => {
  const affected = affectedKeys({ kind: "execution_finished", strategyId: "s1" });
  expect(affected.some((key) => keys.execution("s1", 7).slice(0, key.length).join("/") === key.join("/"))).toBe(true);
});

test("a change of status counts anew", () => {
  expect(affectedKeys({ kind: "strategy_paused", strategyId: "s1" })).toContainEqual(["strategies", "counts"]);
});

test("the greeting changes nothing, unreadable news refreshes the list", () => {
  expect(affectedKeys(newsFrom("hello", "{}"))).toEqual([]);
  expect(affectedKeys(newsFrom("trade_executed", "not json"))).toEqual([["strategies"]]);
});
