import { expect, test } from "vitest";
import { cents, count, percent, plural, roundDecimal, shares, shortUsdc, signedPercent, signedUsdc, usdc } from "./number";

test("money keeps every digit of a decimal string while rounding", () => {
  expect(roundDecimal("9007199254740993.005", 2)).toBe("9007199254740993.01");
  expect(roundDecimal("-0.004", 2)).toBe("0.00");
  expect(roundDecimal("0.995", 2)).toBe("1.00");
  expect(usdc("1234567.891")).toBe("$1,234,567.89");
  expect(usdc("-25")).toBe("−$25.00");
});

test("profit always carries its sign", () => {
  expect(signedUsdc("25")).toBe("+$25.00");
  expect(signedUsdc("-0.01")).toBe("−$0.01");
  expect(signedUsdc("0")).toBe("$0.00");
  expect(signedPercent("0.0512")).toBe("+5.12%");
});

test("what is unknown is a dash", () => {
  expect([usdc(null), percent(null), count(undefined), cents(null), shares(null), shortUsdc(undefined)]).toEqual(Array(6).fill("—"));
});

test("prices are cents, ratios are percent, volumes are short", () => {
  expect(cents("0.525")).toBe("52.5¢");
  expect(cents("0.07")).toBe("7¢");
  expect(percent(0.995)).toBe("99.5%");
  expect(percent(1)).toBe("100%");
  expect(shortUsdc("1234567")).toBe("$1.2M");
  expect(plural(1, "market")).toBe("1 market");
  expect(shares("190.00")).toBe("190");
});
