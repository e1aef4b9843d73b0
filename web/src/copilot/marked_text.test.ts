import { expect, test } from "vitest";
import { markedText } from "./marked_text";

test("what was not understood is marked in place, counted in letters as people see them", () => {
  expect(markedText("🚀 buy the moon now", [{ offset: 6, text: "the moon", why: "it is no market" }])).toEqual([
    { text: "🚀 buy ", why: null },
    { text: "the moon", why: "it is no market" },
    { text: " now", why: null },
  ]);
});

test("pieces beyond the text or within each other are left out", () => {
  expect(markedText("buy", [{ offset: 2, text: "zzz", why: "x" }])).toEqual([{ text: "buy", why: null }]);
  expect(markedText("buy now", [{ offset: 0, text: "buy", why: "x" }, { offset: 1, text: "uy", why: "y" }])).toEqual([{ text: "buy", why: "x" }, { text: " now", why: null }]);
});
