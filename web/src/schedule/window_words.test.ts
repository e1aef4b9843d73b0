import { expect, test } from "vitest";
import { windowWords } from "./window_words";

test("a window is said in words", () => {
  expect(windowWords({ days: ["mon", "tue", "wed", "thu", "fri"], start: "09:00", end: "17:00" })).toBe("Mon–Fri, 09:00 to 17:00");
  expect(windowWords({ days: ["sat", "sun"], start: "22:00", end: "02:00" })).toBe("Sat, Sun, 22:00 to 02:00 on the next day");
  expect(windowWords({ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "00:00", end: "00:00" })).toBe("Every day, the whole day");
  expect(windowWords({ days: ["mon", "wed", "thu", "fri"], start: "06:00", end: "06:00" })).toBe("Mon, Wed–Fri, a whole day from 06:00");
});
