import { useMutation, useQuery } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import type { components } from "@/api/schema";
import { keys } from "./keys";

export type CopilotAnswer = components["schemas"]["DraftView"];
export type WriteDraft = components["schemas"]["WriteDraft"];

export function useCopilot() {
  return useQuery({
    queryKey: keys.copilot,
    queryFn: ({ signal }) => answered(api.GET("/api/copilot", { signal })),
    staleTime: 300_000,
  });
}

/** Words become a draft. Nothing of it is stored. */
export function useWriteDraft() {
  return useMutation({ mutationFn: (body: WriteDraft) => answered(api.POST("/api/copilot/drafts", { body })) });
}
