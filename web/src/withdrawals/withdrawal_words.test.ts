import { expect, test } from "vitest";
import { hasCapital, hoursProblem, progressWords } from "./withdrawal_words";

test("what a withdrawal still has to do is counted", () => {
  expect(progressWords({ progress: { orders_open: 1, positions_open: 2, shares_open: "120.5", settling: "12" } })).toBe("1 order to end, 2 positions to sell (120.50 shares), $12.00 settling");
  expect(progressWords({ progress: { orders_open: 0, positions_open: 0, shares_open: "0", settling: "0" } })).toBe("nothing left to sell");
});

test("it gives up after one hour at the earliest and a year at the latest", () => {
  expect(hoursProblem("72")).toBeNull();
  for (const wrong of ["", "0", "1.5", "8761", "soon"]) expect(hoursProblem(wrong)).not.toBeNull();
});

test("a strategy that gave everything back has nothing to withdraw", () => {
  expect(hasCapital({ available: "0", reserved: "0.00", deployed: "20" })).toBe(true);
  expect(hasCapital({ available: "0", reserved: "0", deployed: "0" })).toBe(false);
});
