import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { ClosePosition, ExitRule, Position } from "@/api/types";
import { capitalKeys } from "./capital_keys";
import { told, toldFailure } from "./commands";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

const PAGE = 100;
const REFETCH_MS = 15_000;

/** Newest first; of all strategies when `strategyId` is null. */
export function usePositions(strategyId: string | null, status: "open" | "closed") {
  return useInfiniteQuery({
    queryKey: keys.positions(strategyId, status),
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/api/positions", {
          signal,
          params: { query: { status, limit: PAGE, ...(strategyId === null ? {} : { strategy_id: strategyId }), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFETCH_MS,
  });
}

/** How the markets stand that somebody here holds; changed last comes first. */
export function useResolutions() {
  return useQuery({
    queryKey: keys.resolutions,
    queryFn: ({ signal }) => answered(api.GET("/api/resolutions", { signal, params: { query: { limit: PAGE } } })),
    refetchInterval: 60_000,
  });
}

function useRefreshPositions() {
  const client = useQueryClient();
  return (strategyId: string | null) => {
    void client.invalidateQueries({ queryKey: keys.allPositions });
    void client.invalidateQueries({ queryKey: strategyId === null ? ["strategy"] : keys.strategy(strategyId) });
    void client.invalidateQueries({ queryKey: capitalKeys.all });
  };
}

export function useClosePosition(position: Position) {
  const refresh = useRefreshPositions();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (body: ClosePosition) =>
      answered(api.POST("/api/positions/{position_id}/close", { params: { path: { position_id: position.id } }, body, headers: once.keyFor(body) })),
    onSuccess: () => {
      once.forget();
      told(`${position.outcome} is being sold.`);
    },
    onSettled: () => refresh(position.strategy_id),
  });
}

/** Null: of every strategy. */
export function useCloseAll() {
  const refresh = useRefreshPositions();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (strategyId: string | null) =>
      answered(api.POST("/api/positions/close", { body: strategyId === null ? {} : { strategy_id: strategyId }, headers: once.keyFor(strategyId) })),
    onSuccess: () => {
      once.forget();
      told("Everything is being sold.");
    },
    onError: (error) => toldFailure("Not everything is being sold", error),
    onSettled: (_answer, _error, strategyId) => refresh(strategyId),
  });
}

export function useSetExits(position: Position) {
  const refresh = useRefreshPositions();
  return useMutation({
    mutationFn: (exits: ExitRule[]) => answered(api.PUT("/api/positions/{position_id}/exits", { params: { path: { position_id: position.id } }, body: { exits } })),
    onSuccess: () => told(`The exits of ${position.outcome} are set.`),
    onSettled: () => refresh(position.strategy_id),
  });
}

/** Only what no order is under way for; the rule that asked is switched off with it. */
export function useTakeBackExit(position: Position) {
  const refresh = useRefreshPositions();
  return useMutation({
    mutationFn: (requestId: string) =>
      answered(api.DELETE("/api/positions/{position_id}/exit-requests/{request_id}", { params: { path: { position_id: position.id, request_id: requestId } } })),
    onSuccess: () => told(`${position.outcome} is kept.`),
    onError: (error) => toldFailure("It could not be taken back", error),
    onSettled: () => refresh(position.strategy_id),
  });
}
