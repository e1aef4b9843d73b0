import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { keys } from "./keys";

/** What a formula gives for a market of now, by the engine that executions use. */
export function useFormulaPreview(formula: string, marketId: string | null) {
  return useQuery({
    enabled: marketId !== null && formula !== "",
    queryKey: keys.formulaPreview(formula, marketId ?? ""),
    queryFn: ({ signal }) => answered(api.POST("/api/formulas/check", { signal, body: { formula, market_id: marketId } })),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });
}
