import type { Execution } from "@/api/types";
import { plural } from "@/format/number";
import { duration, toMs } from "@/format/time";

/** "12s late", or null when it was on time. */
export function lateWords(execution: Pick<Execution, "on_time" | "scheduled_for" | "started_at">): string | null {
  const due = toMs(execution.scheduled_for);
  const began = toMs(execution.started_at);
  if (execution.on_time || due === null || began === null || began <= due) return null;
  return `${duration(began - due)} late`;
}

export function missedWords(missed: number): string | null {
  return missed > 0 ? `${plural(missed, "execution")} missed before this one` : null;
}

export const TRIGGER_WORDS: Record<string, string> = {
  schedule: "scheduled",
  run_now: "run now",
  continuation: "continuation",
};
