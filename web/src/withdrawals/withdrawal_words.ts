import type { Withdrawal } from "@/api/types";
import { plural, shares, usdc } from "@/format/number";
import type { Tone } from "@/ui/status_words";

const STATUSES: Record<Withdrawal["status"], { word: string; tone: Tone }> = {
  running: { word: "under way", tone: "wait" },
  complete: { word: "complete", tone: "good" },
  partly_complete: { word: "in part", tone: "idle" },
};

export function withdrawalStatus({ status }: Pick<Withdrawal, "status">): { word: string; tone: Tone } {
  return STATUSES[status];
}

/** What is still to be done, by the last look; what came back so far is said beside it. */
export function progressWords({ progress }: Pick<Withdrawal, "progress">): string {
  const parts = [
    progress.orders_open > 0 ? `${plural(progress.orders_open, "order")} to end` : "",
    progress.positions_open > 0 ? `${plural(progress.positions_open, "position")} to sell (${shares(progress.shares_open)} shares)` : "",
    Number(progress.settling) > 0 ? `${usdc(progress.settling)} settling` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing left to sell" : parts.join(", ");
}

const HOURS_MAX = 24 * 365;

export function hoursProblem(text: string): string | null {
  const hours = Number(text);
  return /^\d{1,4}$/.test(text.trim()) && hours >= 1 && hours <= HOURS_MAX ? null : "A whole number of hours from 1 to 8,760, which is a year.";
}

/** Something could come back: what is free, and what is in positions and orders. */
export function hasCapital({ available, reserved, deployed }: { available: string; reserved: string; deployed: string }): boolean {
  return [available, reserved, deployed].some((amount) => Number(amount) > 0);
}
