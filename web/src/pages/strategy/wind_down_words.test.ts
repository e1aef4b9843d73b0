import { expect, test } from "vitest";
import { leftWords } from "./wind_down_words";

const STOPPED = { desired_state: "stopped", stop_choice: "flatten", wound_down_at: null } as const;

test("a strategy that sells everything says how many positions are left", () => {
  expect(leftWords(STOPPED, 2, 1)).toBe(": 2 positions left, 1 order open.");
  expect(leftWords({ ...STOPPED, wound_down_at: "2026-11-23T05:00:00Z" }, 0, 0)).toBe(": nothing is left.");
});

test("one that keeps its positions says that the exits go on", () => {
  expect(leftWords({ ...STOPPED, stop_choice: "keep" }, 1, 0)).toBe(": 1 position kept.");
  expect(leftWords({ ...STOPPED, stop_choice: "keep", wound_down_at: "2026-11-23T05:00:00Z" }, 1, 0)).toBe(" with 1 position kept; the exits go on watching.");
  expect(leftWords({ ...STOPPED, stop_choice: "cancel" }, 0, 0)).toBe(": orders are being ended.");
});
