import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { Withdrawal } from "@/api/types";
import { capitalKeys } from "./capital_keys";
import { told, toldFailure } from "./commands";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

const LAST = 20;

/** Newest first; of all strategies when `strategyId` is null. */
export function useWithdrawals(strategyId: string | null) {
  return useQuery({
    queryKey: keys.withdrawals(strategyId),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/withdrawals", { signal, params: { query: { limit: LAST, ...(strategyId === null ? {} : { strategy_id: strategyId }) } } })),
    refetchInterval: (query) => (query.state.data?.items.some(({ status }) => status === "running") === true ? 3000 : 20_000),
  });
}

function useRefreshWithdrawals() {
  const client = useQueryClient();
  return (strategyId: string) => {
    void client.invalidateQueries({ queryKey: capitalKeys.all });
    void client.invalidateQueries({ queryKey: keys.strategy(strategyId) });
    void client.invalidateQueries({ queryKey: keys.strategies });
    void client.invalidateQueries({ queryKey: keys.allPositions });
  };
}

interface Wish {
  strategy: { id: string; name: string };
  hours: number;
}

export function useWithdraw() {
  const refresh = useRefreshWithdrawals();
  const once = useOnceKey();
  return useMutation({
    mutationFn: ({ strategy, hours }: Wish) =>
      answered(
        api.POST("/api/strategies/{strategy_id}/withdrawals", {
          params: { path: { strategy_id: strategy.id } },
          body: { give_up_after_hours: hours },
          headers: once.keyFor({ id: strategy.id, hours }),
        }),
      ),
    onSuccess: (_answer, { strategy }) => {
      once.forget();
      told(`The capital of ${strategy.name} is being withdrawn.`);
    },
    onSettled: (_answer, _error, { strategy }) => refresh(strategy.id),
  });
}

export function useCancelWithdrawal() {
  const refresh = useRefreshWithdrawals();
  return useMutation({
    // One that is over is answered as it is, so a repetition needs no key.
    mutationFn: ({ id }: Withdrawal) => answered(api.POST("/api/withdrawals/{withdrawal_id}/cancel", { params: { path: { withdrawal_id: id } } })),
    onSuccess: () => told("The withdrawal ended; what came back stays."),
    onError: (error) => toldFailure("The withdrawal was not ended", error),
    onSettled: (_answer, _error, { strategy_id: id }) => refresh(id),
  });
}
