import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import type { User } from "@/api/types";
import { keys } from "./keys";

/** `null` = nobody is logged in; `undefined` = not known yet. */
export function useMe(enabled = true) {
  return useQuery({
    enabled,
    queryKey: keys.me,
    queryFn: async ({ signal }): Promise<User | null> => {
      try {
        return await answered(api.GET("/api/me", { signal }));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
    // A page opened while the server restarts finds its way in without a reload.
    refetchInterval: (query) => (query.state.status === "error" ? 3000 : false),
  });
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => answered(api.POST("/api/login", { body: { code } })),
    onSuccess: async ({ user }) => {
      // An answer "nobody" that is still on its way must not overwrite the login.
      await client.cancelQueries({ queryKey: keys.me });
      client.setQueryData(keys.me, user);
    },
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answered(api.POST("/api/logout")),
    onSuccess: () => {
      client.setQueryData(keys.me, null);
      // What the next person at this browser must not see. The answer "nobody" stays: the page waits for it.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] && queryKey[0] !== keys.health[0] });
    },
  });
}
