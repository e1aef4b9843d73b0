/** Times and durations as this product writes them. Input: ISO-8601 UTC, or milliseconds since 1970. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function toMs(iso: string | null | undefined): number | null {
  if (iso === null || iso === undefined) return null;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
}

/** "3d 4h", "2h 05m", "4m 09s", "12s": the two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const two = (value: number) => value.toString().padStart(2, "0");
  if (days > 0) return `${days}d ${two(hours)}h`;
  if (hours > 0) return `${hours}h ${two(minutes)}m`;
  if (minutes > 0) return `${minutes}m ${two(seconds % 60)}s`;
  return `${seconds}s`;
}

/** "0:42", "12:05", "3:10:00". */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const two = (value: number) => value.toString().padStart(2, "0");
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** Short spans of work: "84 ms", "1.2 s", "2m 05s". */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "—";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  return ms < MINUTE ? `${(ms / SECOND).toFixed(1)} s` : duration(ms);
}

/** "just now", "12s ago", "5 min ago", "3 h ago", "2 days ago". */
export function relative(atMs: number, nowMs: number): string {
  const past = nowMs - atMs;
  if (past < 0) return past > -5 * SECOND ? "just now" : `in ${duration(-past)}`;
  if (past < 5 * SECOND) return "just now";
  if (past < MINUTE) return `${Math.floor(past / SECOND)}s ago`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const days = Math.floor(past / DAY);
  return `${days} ${days === 1 ? "day" : "days"} ago`;
}

const localTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const localClock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const localDay = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function clock(atMs: number): string {
  return localClock.format(atMs);
}

/** Clock time today; otherwise day and minute. */
export function clockOrDay(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return sameDay ? clock(atMs) : localDay.format(atMs);
}

/** What a hover shows: local time, then UTC. */
export function exact(atMs: number): string {
  return `${localTime.format(atMs)} local · ${new Date(atMs).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** "every 5 minutes". */
export function interval(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  for (const [size, word] of units) {
    if (seconds % size === 0) return seconds === size ? `every ${word}` : `every ${seconds / size} ${word}s`;
  }
  return seconds === 1 ? "every second" : `every ${seconds} seconds`;
}
