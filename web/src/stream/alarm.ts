export interface Alarm {
  message: string;
  bad: boolean;
}

/** What must be seen on whichever page is open: prices that stay away, and that they are back. Null for all other news. */
export function alarmOf(kind: string, data: string): Alarm | null {
  if (kind !== "feed_silent" && kind !== "feed_back") return null;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === "object" && value !== null && "message" in value && typeof value.message === "string") return { message: value.message, bad: kind === "feed_silent" };
  } catch {
    // An unreadable alarm is still one.
  }
  return { message: kind === "feed_silent" ? "Live prices are silent." : "Live prices are back.", bad: kind === "feed_silent" };
}
