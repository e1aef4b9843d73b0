import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { StrategyImport } from "@/api/types";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

export function useImportStrategy() {
  const client = useQueryClient();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (body: StrategyImport) => answered(api.POST("/api/strategies/import", { body, headers: once.keyFor(body) })),
    onSuccess: (strategy) => {
      client.setQueryData(keys.strategyView(strategy.id), strategy);
      void client.invalidateQueries({ queryKey: keys.strategies });
    },
  });
}
