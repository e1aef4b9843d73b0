import { useMutation } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { DryRunRequest } from "@/api/types";

/** A graph tried on the markets of now. Nothing is stored, ordered or told. */
export function useDryRun() {
  return useMutation({ mutationFn: (body: DryRunRequest) => answered(api.POST("/api/dry-runs", { body })) });
}
