import { useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { alignClock } from "@/clock/now";
import { toMs } from "@/format/time";
import { keys } from "./keys";

export function useHealth() {
  return useQuery({
    queryKey: keys.health,
    queryFn: async ({ signal }) => {
      const health = await answered(api.GET("/api/health", { signal }));
      const serverMs = toMs(health.time);
      if (serverMs !== null) alignClock(serverMs);
      return health;
    },
    refetchInterval: 10_000,
  });
}
