import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { serverNow } from "@/clock/now";
import { pnlKeys } from "./capital_keys";

export const RANGES = [
  { value: "1", label: "24 h", words: "in the last 24 hours" },
  { value: "7", label: "7 d", words: "in the last 7 days" },
  { value: "30", label: "30 d", words: "in the last 30 days" },
  { value: "365", label: "1 y", words: "in the last year" },
] as const;
export type Range = (typeof RANGES)[number]["value"];

const DAY_MS = 86_400_000;
const REFETCH_MS = 30_000;

function begin(range: Range): string {
  return new Date(serverNow() - Number(range) * DAY_MS).toISOString();
}

export function useStrategyPnl(id: string) {
  return useQuery({
    queryKey: [...pnlKeys.strategy(id), "now"],
    queryFn: ({ signal }) => answered(api.GET("/api/strategies/{strategy_id}/pnl", { signal, params: { path: { strategy_id: id } } })),
    refetchInterval: REFETCH_MS,
  });
}

export function useStrategyEquity(id: string, range: Range) {
  return useQuery({
    queryKey: [...pnlKeys.strategy(id), "equity", range],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/strategies/{strategy_id}/equity", { signal, params: { path: { strategy_id: id }, query: { from: begin(range) } } }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * REFETCH_MS,
  });
}

export function useAccountPnl() {
  return useQuery({
    queryKey: [...pnlKeys.account, "now"],
    queryFn: ({ signal }) => answered(api.GET("/api/pnl", { signal, params: { query: { mode: "paper" } } })),
    refetchInterval: REFETCH_MS,
  });
}

export function useAccountEquity(range: Range) {
  return useQuery({
    queryKey: [...pnlKeys.account, "equity", range],
    queryFn: ({ signal }) => answered(api.GET("/api/equity", { signal, params: { query: { mode: "paper", from: begin(range) } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * REFETCH_MS,
  });
}
