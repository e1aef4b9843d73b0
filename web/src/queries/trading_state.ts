import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { SetTradingState, TradingState } from "@/api/types";
import { plural } from "@/format/number";
import { told } from "./commands";
import { keys } from "./keys";

/** The user's switch over all strategies. */
export function useTradingState() {
  return useQuery({
    queryKey: keys.tradingState,
    queryFn: ({ signal }) => answered(api.GET("/api/trading-state", { signal })),
    refetchInterval: 30_000,
  });
}

const DONE: Record<TradingState["state"], string> = {
  active: "Trading goes on.",
  reducing: "Trading is reducing: nothing is bought any more.",
  halted: "Trading is halted until somebody resets it.",
};

export function useSetTradingState() {
  const client = useQueryClient();
  return useMutation({
    // Setting what is set changes nothing, so a repetition needs no key.
    mutationFn: (body: SetTradingState) => answered(api.PUT("/api/trading-state", { body })),
    onSuccess: (answer) => {
      const released = answer.released_orders > 0 ? ` ${plural(answer.released_orders, "order")} given back.` : "";
      told(DONE[answer.state] + released);
      client.setQueryData(keys.tradingState, answer);
      void client.invalidateQueries({ queryKey: keys.strategies });
      void client.invalidateQueries({ queryKey: ["strategy"] });
    },
  });
}
