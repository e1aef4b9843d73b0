import { expect, test } from "vitest";
import type { ExitRule } from "@/api/types";
import { draftOf, draftProblems, draftsOf, EXIT_KINDS, newDraft, rulesOf } from "./exit_rule";
import { exitWords } from "./exit_words";

const STOP: ExitRule = {
  rule: "stop_loss",
  kind: "stop_loss",
  ratio: "0.125",
  price: null,
  activation_ratio: null,
  minutes: null,
  hold_seconds: 5,
  part_ratio: "1",
  price_floor: "0.4",
  slippage_max: null,
};

test("a rule is typed in per cent and cents and comes back as it was", () => {
  expect(draftOf(STOP)).toMatchObject({ percent: "12.5", floor: "40", part: "100", hold: "5" });
  expect(rulesOf([draftOf(STOP)])).toEqual([STOP]);
});

test("a rule that is used up is not set again with the others", () => {
  const used = { ...STOP, rule: "take_profit", kind: "take_profit" as const, state: "off" };
  expect(draftsOf([used, { ...STOP, state: "armed" }]).map(({ rule }) => rule)).toEqual(["stop_loss"]);
});

test("every kind of exit begins with a draft that can be saved", () => {
  for (const { kind } of EXIT_KINDS) expect(draftProblems(newDraft(kind))).toEqual({});
});

test("several take profits get names of their own, and kept rules keep theirs", () => {
  const kept = { ...newDraft("take_profit"), rule: "take_profit" };
  expect(rulesOf([newDraft("take_profit"), kept, newDraft("take_profit")]).map(({ rule }) => rule)).toEqual(["take_profit_2", "take_profit", "take_profit_3"]);
});

test("what cannot be is said at its field", () => {
  expect(draftProblems({ ...newDraft("stop_loss"), percent: "100" }).percent).toContain("less than 100");
  expect(draftProblems({ ...newDraft("take_profit"), percent: "150" })).toEqual({});
  expect(draftProblems({ ...newDraft("stop_loss"), measure: "price", cents: "100" }).cents).toContain("less than 100 cents");
  expect(draftProblems({ ...newDraft("time_exit"), minutes: "1.5" }).minutes).toContain("whole number");
  expect(draftProblems({ ...newDraft("stop_loss"), part: "0", hold: "-1", floor: "abc" })).toHaveProperty("part");
});

test("only what belongs to the kind is sent", () => {
  const [rule] = rulesOf([{ ...newDraft("time_exit"), percent: "10", cents: "50", activation: "3" }]);
  expect(rule).toMatchObject({ ratio: null, price: null, activation_ratio: null, minutes: 1440 });
});

test("a rule is said in words", () => {
  expect(exitWords(STOP)).toBe("Stop loss at −12.5%, held 5 s, not below 40¢");
  expect(exitWords({ ...STOP, kind: "take_profit", part_ratio: "0.5", hold_seconds: 0, price_floor: null })).toBe("Take profit at +12.5%, sells 50%");
  expect(exitWords({ ...STOP, kind: "before_resolution", ratio: null, minutes: 90, hold_seconds: 0, price_floor: null })).toBe("Before resolution 1h 30m before the market ends");
});
