import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { StrategyCreate } from "@/api/types";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

export const SORTS = [
  { value: "most_active", label: "Most active" },
  { value: "newest", label: "Newest" },
  { value: "oldest", label: "Oldest" },
  { value: "performance", label: "Performance" },
] as const;
export type Sort = (typeof SORTS)[number]["value"];

export const FILTERS = ["all", "running", "paused", "stopped", "error", "draft"] as const;
export type Filter = (typeof FILTERS)[number];

const PAGE = 24;

export function useStrategies(filter: Filter, sort: Sort) {
  return useInfiniteQuery({
    queryKey: keys.strategyList(filter, sort),
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/api/strategies", {
          signal,
          params: { query: { sort, limit: PAGE, ...(filter === "all" ? {} : { status: filter }), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

export function useStatusCounts() {
  return useQuery({
    queryKey: keys.strategyCounts,
    queryFn: async ({ signal }): Promise<Record<Filter, number>> => {
      const { counts } = await answered(api.GET("/api/strategies", { signal, params: { query: { limit: 1 } } }));
      return { ...counts, all: Object.values(counts).reduce((sum, count) => sum + count, 0) };
    },
    refetchInterval: 30_000,
  });
}

export function useTemplates() {
  return useQuery({
    queryKey: keys.templates,
    queryFn: ({ signal }) => answered(api.GET("/api/templates", { signal })),
    staleTime: 300_000,
  });
}

export function useCreateStrategy() {
  const client = useQueryClient();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (body: StrategyCreate) => answered(api.POST("/api/strategies", { body, headers: once.keyFor(body) })),
    onSuccess: (strategy) => {
      client.setQueryData(keys.strategyView(strategy.id), strategy);
      void client.invalidateQueries({ queryKey: keys.strategies });
    },
  });
}
