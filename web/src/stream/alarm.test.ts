import { expect, test } from "vitest";
import { alarmOf } from "./alarm";

test("a silent feed is an alarm on every page, and its end too", () => {
  expect(alarmOf("feed_silent", '{"message":"Live prices are silent (no word for 10 s)."}')).toEqual({ message: "Live prices are silent (no word for 10 s).", bad: true });
  expect(alarmOf("feed_back", "not json")).toEqual({ message: "Live prices are back.", bad: false });
});

test("other news are no alarm", () => {
  expect(alarmOf("trade_executed", '{"message":"bought"}')).toBeNull();
});
