import type { Strategy } from "@/api/types";

export type Tone = "good" | "wait" | "bad" | "idle" | "paper";

export interface StatusWords {
  word: string;
  tone: Tone;
  /** The wish has not become true yet. */
  moving: boolean;
}

const SETTLED: Record<Strategy["status"], StatusWords> = {
  running: { word: "Running", tone: "good", moving: false },
  paused: { word: "Paused", tone: "wait", moving: false },
  stopped: { word: "Stopped", tone: "bad", moving: false },
  error: { word: "Error", tone: "bad", moving: false },
  draft: { word: "Draft", tone: "idle", moving: false },
};

/** The word on the badge: the status, or what is under way when the wish and the status differ. */
export function statusWords(strategy: Pick<Strategy, "status" | "desired_state" | "pending">): StatusWords {
  const settled = SETTLED[strategy.status];
  if (!strategy.pending) return settled;
  switch (strategy.desired_state) {
    case "running":
      return { word: strategy.status === "paused" ? "Resuming…" : "Starting…", tone: "good", moving: true };
    case "paused":
      return { word: "Pausing…", tone: "wait", moving: true };
    case "stopped":
      return { word: "Stopping…", tone: "bad", moving: true };
    default:
      return { ...settled, moving: true };
  }
}

type Ending = Pick<Strategy, "desired_state" | "stop_choice" | "wound_down_at">;

/** The last Stop still has something to end. */
export function isWindingDown({ desired_state: wish, stop_choice: choice, wound_down_at: done }: Ending): boolean {
  return wish === "stopped" && choice != null && done == null;
}

/** What a person may ask for now. */
export function allowedCommands(strategy: Pick<Strategy, "status" | "pending"> & Ending) {
  const wish = strategy.pending ? strategy.desired_state : strategy.status;
  return {
    // While it sells what it holds a new run would buy against it.
    start: (wish === "stopped" || wish === "draft") && !(strategy.stop_choice === "flatten" && isWindingDown(strategy)),
    pause: wish === "running",
    resume: wish === "paused" || wish === "error",
    stop: wish === "running" || wish === "paused" || wish === "error",
    run: wish === "running" || wish === "paused",
    remove: (strategy.status === "stopped" || strategy.status === "draft") && !strategy.pending,
  };
}
