import type { FieldChange } from "@/api/types";
import { interval } from "@/format/time";
import { isJson, plainWords, scalarWords } from "@/graph/setting_words";
import { DAYS, windowWords, type Day } from "@/schedule/window_words";

const TITLES: Record<string, string> = {
  interval_seconds: "Executes",
  "schedule.time_zone": "Time zone",
  "schedule.windows": "Windows",
  "schedule.blackout_dates": "Blackout dates",
  "error_policy.on_failure": "When it keeps failing",
  "error_policy.error_after": "Failures in a row until it pauses itself",
  "error_policy.retries": "Tries after a failure",
  "watchlist.expire_after_hours": "Markets leave the watchlist after",
  "watchlist.cap": "Markets on the watchlist at most",
};

function windowsWords(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return "around the clock";
  return value
    .filter(isJson)
    .map(({ days, start, end }) =>
      windowWords({
        days: DAYS.filter((day): day is Day => Array.isArray(days) && days.includes(day)),
        start: typeof start === "string" ? start.slice(0, 5) : "",
        end: typeof end === "string" ? end.slice(0, 5) : "",
      }),
    )
    .join("; ");
}

function hoursWords(value: unknown): string {
  if (typeof value !== "number") return "never";
  return value % 24 === 0 ? `${value / 24} ${value === 24 ? "day" : "days"}` : `${value} ${value === 1 ? "hour" : "hours"}`;
}

function settingValue(field: string, value: unknown): string {
  switch (field) {
    case "interval_seconds":
      return typeof value === "number" ? interval(value) : "—";
    case "schedule.windows":
      return windowsWords(value);
    case "schedule.blackout_dates":
      return Array.isArray(value) && value.length > 0 ? value.map(scalarWords).join(", ") : "none";
    case "error_policy.on_failure":
      return value === "keep_going" ? "keep going" : "pause itself";
    case "watchlist.expire_after_hours":
      return hoursWords(value);
    default:
      return value === null || value === undefined ? "not set" : scalarWords(value);
  }
}

export interface ChangeWords {
  title: string;
  before: string;
  after: string;
}

/** A changed setting of the strategy: "Executes: every 5 minutes → every 10 minutes". */
export function settingChangeWords({ field, before, after }: FieldChange): ChangeWords {
  const title = TITLES[field] ?? plainWords(field.replaceAll(".", " "));
  return { title, before: settingValue(field, before), after: settingValue(field, after) };
}
