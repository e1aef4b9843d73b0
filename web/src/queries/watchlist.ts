import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { WatchlistEntry } from "@/api/types";
import { told, toldFailure } from "./commands";
import { keys } from "./keys";

function useRefreshWatchlist(strategyId: string) {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: keys.watchlist(strategyId) });
    void client.invalidateQueries({ queryKey: keys.strategyView(strategyId) });
    void client.invalidateQueries({ queryKey: keys.events(strategyId) });
  };
}

export function usePinEntry(strategyId: string) {
  const refresh = useRefreshWatchlist(strategyId);
  return useMutation({
    mutationFn: ({ id, pinned }: Pick<WatchlistEntry, "id" | "pinned">) =>
      answered(
        api.PATCH("/api/strategies/{strategy_id}/watchlist/{entry_id}", {
          params: { path: { strategy_id: strategyId, entry_id: id } },
          body: { pinned },
        }),
      ),
    onSuccess: ({ question, pinned }) => told(pinned ? `“${question}” stays until you remove it.` : `“${question}” may leave by itself again.`),
    onError: (error) => toldFailure("Not pinned", error),
    onSettled: refresh,
  });
}

export function useAddEntry(strategyId: string) {
  const refresh = useRefreshWatchlist(strategyId);
  return useMutation({
    mutationFn: (body: { market_id: string; reason: string | null }) =>
      answered(api.POST("/api/strategies/{strategy_id}/watchlist", { params: { path: { strategy_id: strategyId } }, body })),
    onSuccess: ({ question }) => told(`“${question}” is watched.`),
    onSettled: refresh,
  });
}
