import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { keys } from "./keys";

const LOG_LENGTH = 50;
const LIST_LENGTH = 200;
const WATCHLIST_PAGE = 100;
const FALLBACK_REFETCH_MS = 20_000;

const path = (id: string) => ({ strategy_id: id });

export function useStrategy(id: string) {
  return useQuery({
    queryKey: keys.strategyView(id),
    queryFn: ({ signal }) => answered(api.GET("/api/strategies/{strategy_id}", { signal, params: { path: path(id) } })),
    refetchInterval: (query) => (query.state.data?.pending === true ? 2000 : FALLBACK_REFETCH_MS),
  });
}

/** The workflow's own view, asked every 5 seconds; the API falls back to the database and says so. */
export function useStrategyState(id: string) {
  return useQuery({
    queryKey: keys.state(id),
    queryFn: ({ signal }) => answered(api.GET("/api/strategies/{strategy_id}/state", { signal, params: { path: path(id) } })),
    refetchInterval: 5000,
  });
}

export function useGraph(id: string) {
  return useQuery({
    queryKey: keys.graph(id),
    queryFn: ({ signal }) => answered(api.GET("/api/strategies/{strategy_id}/graph", { signal, params: { path: path(id) } })),
    staleTime: 60_000,
  });
}

export function useNodeTypes() {
  return useQuery({
    queryKey: keys.nodeTypes,
    queryFn: ({ signal }) => answered(api.GET("/api/node-types", { signal })),
    staleTime: 300_000,
  });
}

export function useExecutions(id: string) {
  return useQuery({
    queryKey: keys.executions(id),
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/strategies/{strategy_id}/executions", { signal, params: { path: path(id), query: { limit: LOG_LENGTH } } }),
      ),
    refetchInterval: FALLBACK_REFETCH_MS,
  });
}

export function useExecution(id: string, number: number) {
  return useQuery({
    queryKey: keys.execution(id, number),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/strategies/{strategy_id}/executions/{number}", { signal, params: { path: { ...path(id), number } } })),
  });
}

/** Newest first; with `history` the entries that have left too. */
export function useWatchlist(id: string, history = false) {
  return useInfiniteQuery({
    queryKey: history ? keys.watchlistHistory(id) : keys.watchlist(id),
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/api/strategies/{strategy_id}/watchlist", {
          signal,
          params: { path: path(id), query: { limit: WATCHLIST_PAGE, history, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: FALLBACK_REFETCH_MS,
  });
}

export function useTrades(id: string) {
  return useQuery({
    queryKey: keys.trades(id),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/strategies/{strategy_id}/trades", { signal, params: { path: path(id), query: { limit: LIST_LENGTH } } })),
    refetchInterval: FALLBACK_REFETCH_MS,
  });
}

export function useOrders(id: string) {
  return useQuery({
    queryKey: keys.orders(id),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/strategies/{strategy_id}/orders", { signal, params: { path: path(id), query: { limit: LIST_LENGTH } } })),
    refetchInterval: FALLBACK_REFETCH_MS,
  });
}

export function useEvents(id: string) {
  return useQuery({
    queryKey: keys.events(id),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/strategies/{strategy_id}/events", { signal, params: { path: path(id), query: { limit: LOG_LENGTH } } })),
    refetchInterval: FALLBACK_REFETCH_MS,
  });
}
