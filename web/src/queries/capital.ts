import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { Rebalance } from "@/api/types";
import { usdc } from "@/format/number";
import { capitalKeys } from "./capital_keys";
import { told } from "./commands";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

export function useAllocations() {
  return useQuery({
    queryKey: capitalKeys.allocations,
    queryFn: ({ signal }) => answered(api.GET("/api/allocations", { signal, params: { query: { mode: "paper" } } })),
    refetchInterval: 15_000,
  });
}

export function useRebalance() {
  const client = useQueryClient();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (body: Rebalance) => answered(api.POST("/api/allocations/rebalances", { body, headers: once.keyFor(body) })),
    onSuccess: (answer, body) => {
      once.forget();
      const name = (id: string) => answer.items.find((item) => item.strategy_id === id)?.name ?? "a strategy";
      told(`${usdc(body.amount)} moved from ${name(body.from_strategy_id)} to ${name(body.to_strategy_id)}. Both go on.`);
      client.setQueryData(capitalKeys.allocations, answer);
      void client.invalidateQueries({ queryKey: capitalKeys.all });
      for (const id of [body.from_strategy_id, body.to_strategy_id]) void client.invalidateQueries({ queryKey: keys.strategy(id) });
    },
  });
}
