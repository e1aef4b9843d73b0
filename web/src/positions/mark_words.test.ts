import { expect, test } from "vitest";
import { endWords, markWords } from "./mark_words";

test("an open market says nothing of its end, a disputed one does", () => {
  expect(endWords({ state: "open", proposed_outcome: null, winner: null })).toBeNull();
  expect(endWords({ state: "proposed", proposed_outcome: "Yes", winner: null })?.word).toBe("proposed: Yes");
  expect(endWords({ state: "disputed", proposed_outcome: "Yes", winner: null })?.tone).toBe("bad");
});

test("a price says what it is made of", () => {
  expect(markWords(null)).toBe("not read yet");
  expect(markWords({ basis: "no_bid", price: "0", value: "0", unrealised: "-5", observed_at: null })).toBe("no bid, counts as 0");
});
