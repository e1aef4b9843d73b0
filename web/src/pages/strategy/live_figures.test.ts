import { expect, test } from "vitest";
import type { Strategy, StrategyState } from "@/api/types";
import { liveFigures } from "./live_figures";

const strategy = {
  status: "running",
  total_executions: 3,
  successful_executions: 3,
  failed_executions: 0,
  watchlist_size: 1,
  active_trades: 0,
  uptime_seconds: 90,
  uptime_since: "2026-11-22T10:00:00Z",
  last_execution_at: null,
  next_execution_at: "2026-11-22T10:05:00Z",
} as Strategy;
const state = {
  ...strategy,
  stale: false,
  executing: true,
  total_executions: 4,
  uptime_seconds: 12,
} as unknown as StrategyState;
const now = 1_800_000_000_000;

test("the workflow's counters win, its standing clock does not", () => {
  const figures = liveFigures({ data: strategy, answeredAt: now }, { data: state, answeredAt: now });
  expect(figures).toMatchObject({ total: 4, executing: true, uptimeSeconds: 90, uptimeAnsweredAt: now, uptimeTicks: true });
});

test("a stale, old or missing answer of the workflow gives way to the database", () => {
  const view = { data: strategy, answeredAt: now };
  expect(liveFigures(view, null).total).toBe(3);
  expect(liveFigures(view, { data: { ...state, stale: true }, answeredAt: now }).total).toBe(3);
  expect(liveFigures(view, { data: state, answeredAt: now - 60_000 }).total).toBe(3);
});

test("what is not running has no next execution", () => {
  const figures = liveFigures({ data: { ...strategy, status: "paused" }, answeredAt: now }, null);
  expect(figures.nextExecutionAt).toBeNull();
});
