import { expect, test } from "vitest";
import { expiryWords } from "./entry_words";

const NOW = Date.parse("2026-11-23T00:00:00Z");
const entry = { pinned: false, expires_at: "2026-11-25T00:00:00Z", removed_at: null };

test("when an entry leaves is said in words", () => {
  expect(expiryWords(entry, NOW)).toEqual({ words: "leaves in 2d 00h", soon: false });
  expect(expiryWords({ ...entry, expires_at: "2026-11-23T01:00:00Z" }, NOW)).toEqual({ words: "leaves in 1h 00m", soon: true });
  expect(expiryWords({ ...entry, expires_at: null }, NOW)?.words).toBe("never leaves by itself");
});

test("a pinned entry stays, a removed one has left", () => {
  expect(expiryWords({ ...entry, pinned: true }, NOW)?.words).toContain("pinned");
  expect(expiryWords({ ...entry, removed_at: "2026-11-22T00:00:00Z" }, NOW)).toBeNull();
});
