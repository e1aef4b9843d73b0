import type { QueryKey } from "@tanstack/react-query";
import { capitalKeys, pnlKeys } from "@/queries/capital_keys";
import { keys } from "@/queries/keys";

/** What the stream tells of one happening. */
export interface StreamNews {
  kind: string;
  strategyId: string | null;
}

export function newsFrom(kind: string, data: string): StreamNews {
  let strategyId: string | null = null;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === "object" && value !== null && "strategy_id" in value && typeof value.strategy_id === "string") {
      strategyId = value.strategy_id;
    }
  } catch {
    // News that cannot be read still says that something happened; the pages ask again.
  }
  return { kind, strategyId };
}

/** Which kept answers a happening makes old. Executions come most often, so they touch the least. */
export function affectedKeys({ kind, strategyId }: StreamNews): QueryKey[] {
  if (kind === "hello") return [];
  if (kind.startsWith("trading_")) return [keys.tradingState, keys.strategies];
  if (strategyId === null) return [keys.strategies];
  const id = strategyId;
  const always: QueryKey[] = [keys.strategyView(id), keys.state(id), keys.events(id), ["strategies", "list"]];
  switch (kind) {
    case "execution_finished":
    case "executions_missed":
    case "execution_failed":
      // Also those that are open: a continuation adds its step to an execution long in the list.
      return [...always, keys.executions(id), keys.executionDetails(id)];
    case "watchlist_added":
    case "watchlist_removed":
      return [...always, keys.watchlist(id)];
    case "order_denied":
    case "order_failed":
      return [...always, keys.orders(id)];
    case "trade_executed":
      return [...always, keys.orders(id), keys.trades(id), pnlKeys.strategy(id), capitalKeys.all];
    case "version_published":
      return [...always, keys.graph(id), keys.versions(id)];
    default:
      return [...always, keys.strategyCounts];
  }
}
