import type { StrategySettings, StrategyUpdate } from "@/api/types";
import { DAYS, type WindowValues } from "@/schedule/window_words";

/** A version's settings as the fields of a form, both ways. */
export interface SettingValues {
  timeZone: string;
  windows: WindowValues[];
  blackouts: string[];
  onFailure: "error" | "keep_going";
  errorAfter: string;
  retries: string;
  expires: boolean;
  expireCount: string;
  /** Hours in one unit: "1" or "24". */
  expireUnit: string;
  cap: string;
}

const WEEK_HOURS = 7 * 24;
const EXPIRE_HOURS_MAX = 24 * 365;

export function settingValues(settings: StrategySettings): SettingValues {
  const { schedule, error_policy: policy, watchlist } = settings;
  const hours = watchlist.expire_after_hours ?? WEEK_HOURS;
  const unit = hours % 24 === 0 ? 24 : 1;
  return {
    timeZone: schedule.time_zone,
    windows: schedule.windows.map(({ days, start, end }) => ({ days: DAYS.filter((day) => days.includes(day)), start: start.slice(0, 5), end: end.slice(0, 5) })),
    blackouts: [...schedule.blackout_dates],
    onFailure: policy.on_failure,
    errorAfter: String(policy.error_after),
    retries: String(policy.retries),
    expires: watchlist.expire_after_hours !== null,
    expireCount: String(hours / unit),
    expireUnit: String(unit),
    cap: String(watchlist.cap),
  };
}

export function settingsBody(values: SettingValues): NonNullable<StrategyUpdate["settings"]> {
  return {
    schedule: {
      time_zone: values.timeZone,
      windows: values.windows.map(({ days, start, end }) => ({ days: [...days], start, end })),
      blackout_dates: values.blackouts,
    },
    error_policy: { on_failure: values.onFailure, error_after: Number(values.errorAfter), retries: Number(values.retries) },
    watchlist: {
      expire_after_hours: values.expires ? Number(values.expireCount) * Number(values.expireUnit) : null,
      cap: Number(values.cap),
    },
  };
}

function whole(text: string, least: number, most: number): string | null {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= least && value <= most ? null : `A whole number from ${least} to ${most.toLocaleString("en-US")}.`;
}

/** What is wrong, by the name of the field; windows are `windows.<place>.<part>`. The server checks again. */
export function settingProblems(values: SettingValues): Record<string, string> {
  const found: Record<string, string | null> = {
    errorAfter: values.onFailure === "error" ? whole(values.errorAfter, 1, 1000) : null,
    retries: whole(values.retries, 0, 5),
    cap: whole(values.cap, 1, 5000),
    expireCount: values.expires ? whole(values.expireCount, 1, EXPIRE_HOURS_MAX / Number(values.expireUnit)) : null,
  };
  values.windows.forEach(({ days, start, end }, place) => {
    if (days.length === 0) found[`windows.${place}.days`] = "Choose at least one day.";
    if (start === "") found[`windows.${place}.start`] = "Give a time.";
    if (end === "") found[`windows.${place}.end`] = "Give a time.";
  });
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null));
}
