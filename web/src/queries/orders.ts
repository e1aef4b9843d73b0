import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { told, toldFailure } from "./commands";
import { keys } from "./keys";
import { useOnceKey } from "./once_key";

export function useCancelOrder(strategyId: string) {
  const client = useQueryClient();
  const once = useOnceKey();
  return useMutation({
    mutationFn: (orderId: string) =>
      answered(api.POST("/api/orders/{order_id}/cancel", { params: { path: { order_id: orderId } }, headers: once.keyFor(orderId) })),
    onSuccess: () => {
      once.forget();
      told("The order is being cancelled.");
    },
    onError: (error) => toldFailure("The order was not cancelled", error),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.strategy(strategyId) }),
  });
}
