import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answered, api, idempotencyKey } from "@/api/client";
import type { StrategyImport } from "@/api/types";
import { keys } from "./keys";

export function useImportStrategy() {
  const client = useQueryClient();
  const sent = useRef<{ request: string; key: string } | null>(null);
  return useMutation({
    mutationFn: (body: StrategyImport) => {
      const request = JSON.stringify(body);
      if (sent.current?.request !== request) sent.current = { request, key: idempotencyKey() };
      return answered(api.POST("/api/strategies/import", { body, headers: { "Idempotency-Key": sent.current.key } }));
    },
    onSuccess: (strategy) => {
      client.setQueryData(keys.strategyView(strategy.id), strategy);
      void client.invalidateQueries({ queryKey: keys.strategies });
    },
  });
}
