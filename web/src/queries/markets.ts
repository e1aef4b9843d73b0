import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { keys } from "./keys";

const OFFERED = 20;

/** Open markets whose question has the words, highest volume first. */
export function useMarketSearch(text: string, enabled = true) {
  return useQuery({
    enabled,
    queryKey: keys.markets(text),
    queryFn: ({ signal }) => answered(api.GET("/api/markets", { signal, params: { query: { limit: OFFERED, ...(text === "" ? {} : { text }) } } })),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}
