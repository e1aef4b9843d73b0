import { expect, test } from "vitest";
import { compareDecimals, fromHundredths, inHundredths, minusDecimal, shiftPoint, timesDecimal } from "./decimal";

test("the point moves without a float's error", () => {
  expect(shiftPoint("12.5", -2)).toBe("0.125");
  expect(shiftPoint("0.07", 2)).toBe("7");
  expect(shiftPoint("100", -2)).toBe("1");
  expect(shiftPoint("0.000001", 2)).toBe("0.0001");
  expect(shiftPoint("0", 2)).toBe("0");
  expect(shiftPoint("1e3", 2)).toBeNull();
  expect(shiftPoint("-1", 2)).toBeNull();
});

test("per cent and cents go there and back", () => {
  for (const ratio of ["0.1", "0.333333", "1", "0.005", "12"]) expect(fromHundredths(inHundredths(ratio))).toBe(ratio);
  expect(inHundredths(null)).toBe("");
  expect(fromHundredths("ten")).toBeNull();
});

test("amounts are compared, multiplied and subtracted exactly", () => {
  expect(compareDecimals("0.30", "0.3")).toBe(0);
  expect(compareDecimals("0.1", "0.09")).toBe(1);
  expect(compareDecimals("9", "10")).toBe(-1);
  expect(timesDecimal("0.1", "0.7")).toBe("0.07");
  expect(timesDecimal("120.5", "0.25")).toBe("30.125");
  expect(minusDecimal("120.5", "20.25")).toBe("100.25");
  expect(minusDecimal("1", "2")).toBe("0");
});
