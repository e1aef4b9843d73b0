import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api, idempotencyKey } from "@/api/client";
import type { OpenPositions, SaveVersion, Strategy } from "@/api/types";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

const PAGE = 50;

export function useVersions(id: string) {
  return useInfiniteQuery({
    queryKey: keys.versions(id),
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/api/strategies/{strategy_id}/versions", {
          signal,
          params: { path: { strategy_id: id }, query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** One version with its graph and what stands in the way of publishing it. A version never changes; its problems may. */
export function useVersion(id: string, number: number | null) {
  return useQuery({
    enabled: number !== null,
    queryKey: keys.version(id, number ?? 0),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/strategies/{strategy_id}/versions/{number}", { signal, params: { path: { strategy_id: id, number: number ?? 0 } } })),
    staleTime: 60_000,
  });
}

export function useVersionDiff(id: string, before: number | null, after: number | null) {
  return useQuery({
    enabled: before !== null && after !== null,
    queryKey: keys.versionDiff(id, before ?? 0, after ?? 0),
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/strategies/{strategy_id}/versions/{number}/diff/{other}", {
          signal,
          params: { path: { strategy_id: id, number: before ?? 0, other: after ?? 0 } },
        }),
      ),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  });
}

function useRefreshVersions(id: string) {
  const client = useQueryClient();
  return (strategy?: Strategy) => {
    if (strategy !== undefined) client.setQueryData(keys.strategyView(id), strategy);
    void client.invalidateQueries({ queryKey: keys.strategy(id) });
  };
}

export function useSaveDraft(id: string) {
  const refresh = useRefreshVersions(id);
  const once = useOnceKey();
  return useMutation({
    mutationFn: (body: SaveVersion) =>
      answered(api.POST("/api/strategies/{strategy_id}/versions", { params: { path: { strategy_id: id } }, body, headers: once.keyFor(body) })),
    onSuccess: () => {
      once.forget();
      refresh();
    },
  });
}

export function usePublishVersion(id: string) {
  const refresh = useRefreshVersions(id);
  return useMutation({
    mutationFn: ({ number, openPositions }: { number: number; openPositions: OpenPositions }) =>
      answered(
        api.POST("/api/strategies/{strategy_id}/versions/{number}/publish", {
          params: { path: { strategy_id: id, number } },
          body: { open_positions: openPositions },
          headers: { "Idempotency-Key": idempotencyKey() },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useRestoreVersion(id: string) {
  const refresh = useRefreshVersions(id);
  return useMutation({
    mutationFn: ({ number, publish }: { number: number; publish: boolean }) =>
      answered(
        api.POST("/api/strategies/{strategy_id}/versions/{number}/restore", {
          params: { path: { strategy_id: id, number } },
          body: { publish },
          headers: { "Idempotency-Key": idempotencyKey() },
        }),
      ),
    onSuccess: () => refresh(),
  });
}

/** Name, graph and settings of a version as a file. */
export function useExportVersion(id: string) {
  return useMutation({
    mutationFn: (version: number) =>
      answered(api.GET("/api/strategies/{strategy_id}/export", { params: { path: { strategy_id: id }, query: { version } } })),
  });
}
