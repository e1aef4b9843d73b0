import { expect, test } from "vitest";
import { lateWords, missedWords } from "./lateness";

test("lateness is said only of what was late", () => {
  const times = { scheduled_for: "2026-11-22T10:00:00Z", started_at: "2026-11-22T10:00:12Z" };
  expect(lateWords({ ...times, on_time: false })).toBe("12s late");
  expect(lateWords({ ...times, on_time: true })).toBeNull();
});

test("missed executions are counted in words", () => {
  expect(missedWords(0)).toBeNull();
  expect(missedWords(1)).toBe("1 execution missed before this one");
  expect(missedWords(12)).toContain("12 executions");
});
