import type { WatchlistEntry } from "@/api/types";
import { duration, toMs } from "@/format/time";

/** A number that was noted when the market was added, as decimal text. */
export function noted(entry: WatchlistEntry, name: string): string | null {
  const value = entry.metadata[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

const HOUR = 3_600_000;

/** When it leaves by itself; `soon` within a few hours. */
export function expiryWords(entry: Pick<WatchlistEntry, "pinned" | "expires_at" | "removed_at">, nowMs: number): { words: string; soon: boolean } | null {
  if (entry.removed_at !== null) return null;
  if (entry.pinned) return { words: "pinned: stays until you remove it", soon: false };
  const at = toMs(entry.expires_at);
  if (at === null) return { words: "never leaves by itself", soon: false };
  const left = at - nowMs;
  return left <= 0 ? { words: "leaves now", soon: true } : { words: `leaves in ${duration(left)}`, soon: left < 6 * HOUR };
}
