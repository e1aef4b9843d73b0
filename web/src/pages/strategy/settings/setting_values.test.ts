import { expect, test } from "vitest";
import { ApiProblem } from "@/api/problem";
import type { StrategySettings } from "@/api/types";
import { placeSettingErrors } from "./setting_errors";
import { settingProblems, settingsBody, settingValues } from "./setting_values";

const SETTINGS: StrategySettings = {
  interval_seconds: 300,
  schedule: { time_zone: "America/New_York", windows: [{ days: ["fri", "mon"], start: "09:00:00", end: "17:00:00" }], blackout_dates: ["2026-12-25"] },
  error_policy: { on_failure: "error", error_after: 5, retries: 1 },
  watchlist: { expire_after_hours: 36, cap: 500 },
};

test("settings become fields and go back as they came, times without seconds", () => {
  const values = settingValues(SETTINGS);
  expect(values).toMatchObject({ expires: true, expireCount: "36", expireUnit: "1", timeZone: "America/New_York" });
  expect(settingsBody(values)).toEqual({
    schedule: { time_zone: "America/New_York", windows: [{ days: ["mon", "fri"], start: "09:00", end: "17:00" }], blackout_dates: ["2026-12-25"] },
    error_policy: { on_failure: "error", error_after: 5, retries: 1 },
    watchlist: { expire_after_hours: 36, cap: 500 },
  });
});

test("an expiry in whole days is shown in days, none at all goes back as null", () => {
  const values = settingValues({ ...SETTINGS, watchlist: { expire_after_hours: 168, cap: 10 } });
  expect(values).toMatchObject({ expireCount: "7", expireUnit: "24" });
  expect(settingsBody({ ...values, expires: false }).watchlist?.expire_after_hours).toBeNull();
});

test("what cannot be right is said at its field", () => {
  const values = { ...settingValues(SETTINGS), cap: "0", retries: "9", windows: [{ days: [], start: "", end: "17:00" }] };
  expect(Object.keys(settingProblems(values)).sort()).toEqual(["cap", "retries", "windows.0.days", "windows.0.start"]);
  expect(settingProblems(settingValues(SETTINGS))).toEqual({});
});

test("what the server refuses is put beside its field", () => {
  const line = (field: string, message: string) => ({ field, message, code: "x" });
  const placed = placeSettingErrors(
    new ApiProblem(422, "invalid_request", "refused", [
      line("settings.schedule.windows.1.start", "is no time"),
      line("settings.schedule", "The schedule has no opening within a year."),
      line("settings.watchlist.cap", "must be at least 1"),
      line("interval_seconds", "too short"),
    ]),
  );
  expect(placed.fields).toEqual({ "windows.1.start": "Is no time.", schedule: "The schedule has no opening within a year.", cap: "Must be at least 1." });
  expect(placed.general).toEqual(["Too short."]);
});
