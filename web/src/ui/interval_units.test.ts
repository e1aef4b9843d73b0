import { expect, test } from "vitest";
import { intervalChoice, intervalProblem, intervalSeconds } from "./interval_units";

test("an interval survives the way to the form and back", () => {
  for (const seconds of [1, 59, 60, 90, 300, 3600, 5400, 86_400]) expect(intervalSeconds(intervalChoice(seconds))).toBe(seconds);
  expect(intervalChoice(300)).toEqual({ count: "5", unit: "60" });
});

test("nonsense and eternity are refused", () => {
  expect(intervalProblem({ count: "0", unit: "60" })).not.toBeNull();
  expect(intervalProblem({ count: "1.5", unit: "60" })).not.toBeNull();
  expect(intervalProblem({ count: "721", unit: "3600" })).toBe("At most 30 days.");
  expect(intervalProblem({ count: "720", unit: "3600" })).toBeNull();
});
