import type { Strategy, StrategyState } from "@/api/types";

/** The numbers that move while one looks at them, from the freshest source at hand. */
export interface LiveFigures {
  total: number;
  successful: number;
  failed: number;
  watchlist: number;
  activeTrades: number;
  uptimeSeconds: number;
  uptimeAnsweredAt: number;
  uptimeTicks: boolean;
  lastExecutionAt: string | null;
  nextExecutionAt: string | null;
  executing: boolean;
}

export interface Answered<T> {
  data: T;
  /** Milliseconds of this machine's clock. */
  answeredAt: number;
}

/** The workflow's own counters win while it answers; otherwise the database's row. */
export function liveFigures(view: Answered<Strategy>, state: Answered<StrategyState> | null): LiveFigures {
  const strategy = view.data;
  const usable = state !== null && !state.data.stale && state.answeredAt + 15_000 > view.answeredAt;
  const source = usable ? state.data : strategy;
  const running = strategy.status === "running";
  return {
    total: source.total_executions,
    successful: source.successful_executions,
    failed: source.failed_executions,
    watchlist: source.watchlist_size,
    activeTrades: source.active_trades,
    // A workflow's clock stands still between its tasks, so its uptime would jump back at every poll.
    uptimeSeconds: strategy.uptime_seconds,
    uptimeAnsweredAt: view.answeredAt,
    uptimeTicks: strategy.uptime_since !== null,
    lastExecutionAt: source.last_execution_at,
    nextExecutionAt: running ? source.next_execution_at : null,
    executing: usable && state.data.executing,
  };
}
