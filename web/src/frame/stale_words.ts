import { clock, duration } from "@/format/time";
import type { LiveState } from "@/stream/live_state";

/** Reconnecting is ordinary; only what lasts longer than this is worth a word. */
const PATIENCE_MS = 2500;
/** Answers to polls newer than this mean that only the stream is away. */
const POLLED_MS = 12_000;

function isPolled(live: LiveState, now: number): boolean {
  return live.heardAt !== null && live.lostAt !== null && live.heardAt > live.lostAt + 500 && now - live.heardAt < POLLED_MS;
}

/** Nothing answers: neither the stream nor a poll. */
export function isOffline(live: LiveState, now: number): boolean {
  return live.phase === "lost" && live.lostAt !== null && now - live.lostAt >= PATIENCE_MS && !isPolled(live, now);
}

/** The ribbon's sentence, or null while all is well. Times in milliseconds of this machine's clock. */
export function staleWords(live: LiveState, now: number): string | null {
  if (live.phase === "live" || live.lostAt === null || now - live.lostAt < PATIENCE_MS) return null;
  if (live.heardAt === null) return "Offline — Cascadian's server does not answer. Trying again…";
  if (isPolled(live, now)) {
    return "Live updates are interrupted — refreshing every few seconds instead. Reconnecting…";
  }
  return `Offline — showing data from ${clock(live.heardAt)} (${duration(now - live.heardAt)} old). Reconnecting…`;
}
