import { expect, test } from "vitest";
import { isOffline, staleWords } from "./stale_words";

const at = 1_800_000_000_000;

test("a live or briefly interrupted stream says nothing", () => {
  expect(staleWords({ phase: "live", lostAt: null, heardAt: at }, at)).toBeNull();
  expect(staleWords({ phase: "lost", lostAt: at, heardAt: at }, at + 2000)).toBeNull();
});

test("a silent server is offline, with the age of what is shown", () => {
  expect(staleWords({ phase: "lost", lostAt: at, heardAt: at }, at + 42_000)).toMatch(/^Offline — showing data from .* \(42s old\)/);
  expect(staleWords({ phase: "lost", lostAt: at, heardAt: null }, at + 3000)).toContain("does not answer");
});

test("offline is only what neither streams nor answers", () => {
  expect(isOffline({ phase: "lost", lostAt: at, heardAt: at }, at + 4000)).toBe(true);
  expect(isOffline({ phase: "lost", lostAt: at, heardAt: at + 3000 }, at + 4000)).toBe(false);
  expect(isOffline({ phase: "connecting", lostAt: null, heardAt: null }, at)).toBe(false);
});

test("polls that are still answered are said", () => {
  expect(staleWords({ phase: "lost", lostAt: at, heardAt: at + 18_000 }, at + 20_000)).toContain("Live updates are interrupted");
});
