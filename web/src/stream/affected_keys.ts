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

/** What belongs to no strategy alone, by how its kind begins. */
function accountKeys(kind: string): QueryKey[] {
  if (kind.startsWith("trading_")) return [keys.tradingState, keys.strategies];
  if (kind.startsWith("feed_")) return [keys.health];
  if (kind.startsWith("market_")) return [keys.allPositions, ["strategy"]];
  return [keys.strategies];
}

/** Of a strategy's money: what it holds, has ordered, gained, and what is left for the others. */
function moneyKeys(id: string): QueryKey[] {
  return [keys.orders(id), keys.trades(id), keys.strategyPositions(id), keys.allPositions, pnlKeys.strategy(id), capitalKeys.all];
}

/** Which kept answers a happening makes old. Executions come most often, so they touch the least. */
export function affectedKeys({ kind, strategyId }: StreamNews): QueryKey[] {
  if (kind === "hello") return [];
  if (strategyId === null) return accountKeys(kind);
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
    case "version_published":
      return [...always, keys.graph(id), keys.versions(id), keys.strategyPositions(id), keys.allPositions];
    case "allocation_changed":
      return [...always, capitalKeys.all];
    default:
      break;
  }
  if (/^(order|trade|position|exit|market|withdrawal)s?_/.test(kind)) {
    return kind.startsWith("withdrawal_") ? [...always, ...moneyKeys(id), keys.withdrawals(id), keys.strategyCounts] : [...always, ...moneyKeys(id)];
  }
  // Stop and its end change orders and positions too.
  return [...always, keys.strategyCounts, keys.orders(id), keys.strategyPositions(id)];
}
