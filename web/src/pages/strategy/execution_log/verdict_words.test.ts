import { expect, test } from "vitest";
import { verdictWords } from "./verdict_words";

const verdict = { market_id: "m", question: "Will it?", port: null, pending: false, sentence: "volume 5 is below 10" };

test("where a market went is said before why", () => {
  expect(verdictWords("condition", { ...verdict, port: "false" })).toBe("false: volume 5 is below 10");
  expect(verdictWords("filter", { ...verdict, port: "out" })).toBe("volume 5 is below 10");
  expect(verdictWords("wait", { ...verdict, pending: true })).toBe("waiting: volume 5 is below 10");
  expect(verdictWords("filter", verdict)).toBe("stopped here: volume 5 is below 10");
  expect(verdictWords("end", { ...verdict, sentence: "reached the end" })).toBe("reached the end");
});
