import { expect, test } from "vitest";
import { countdown, duration, interval, milliseconds, relative, toMs } from "./time";

test("durations show their two largest units", () => {
  expect(duration(12_000)).toBe("12s");
  expect(duration(249_000)).toBe("4m 09s");
  expect(duration(7_500_000)).toBe("2h 05m");
  expect(duration(273_600_000)).toBe("3d 04h");
  expect(duration(-5)).toBe("0s");
});

test("a countdown never shows zero while time is left", () => {
  expect(countdown(400)).toBe("0:01");
  expect(countdown(61_000)).toBe("1:01");
  expect(countdown(3_600_000)).toBe("1:00:00");
  expect(countdown(-1)).toBe("0:00");
});

test("relative times", () => {
  expect(relative(0, 2000)).toBe("just now");
  expect(relative(0, 45_000)).toBe("45s ago");
  expect(relative(0, 3_600_000 * 3)).toBe("3 h ago");
  expect(relative(0, 86_400_000)).toBe("1 day ago");
  expect(relative(60_000, 0)).toBe("in 1m 00s");
});

test("work times and intervals", () => {
  expect(milliseconds(84.4)).toBe("84 ms");
  expect(milliseconds(1240)).toBe("1.2 s");
  expect(milliseconds(null)).toBe("—");
  expect(interval(300)).toBe("every 5 minutes");
  expect(interval(3600)).toBe("every hour");
  expect(interval(90)).toBe("every 90 seconds");
  expect(toMs("nonsense")).toBeNull();
});
