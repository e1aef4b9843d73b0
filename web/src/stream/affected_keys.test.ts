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

test("what is sold makes positions old, of the strategy and of all", () => {
  for (const kind of ["trade_exited", "position_closed", "market_resolved", "order_cancelled"]) {
    const affected = affectedKeys({ kind, strategyId: "s1" });
    expect(affected).toContainEqual(["strategy", "s1", "positions"]);
    expect(affected).toContainEqual(["positions"]);
    expect(affected).toContainEqual(["capital"]);
  }
});

test("a withdrawal that came further is asked for anew on both pages", () => {
  const affected = affectedKeys({ kind: "withdrawal_returned", strategyId: "s1" });
  expect(affected).toContainEqual(["strategy", "s1", "withdrawals"]);
  expect(affected).toContainEqual(["capital"]);
});

test("what belongs to no strategy: a halt, a silent feed", () => {
  expect(affectedKeys({ kind: "trading_halted", strategyId: null })).toContainEqual(["trading-state"]);
  expect(affectedKeys({ kind: "feed_silent", strategyId: null })).toEqual([["health"]]);
});

test("the greeting changes nothing, unreadable news refreshes the list", () => {
  expect(affectedKeys(newsFrom("hello", "{}"))).toEqual([]);
  expect(affectedKeys(newsFrom("trade_executed", "not json"))).toEqual([["strategies"]]);
});
