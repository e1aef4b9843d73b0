import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";
import { keys } from "@/queries/keys";
import { serverWasHeard } from "@/stream/live_state";

const RETRIES_MAX = 2;

function retry(failures: number, error: Error): boolean {
  return error instanceof ApiProblem && error.passing && failures < RETRIES_MAX;
}

export function createQueryClient(): QueryClient {
  const forgetUser = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 401) client.setQueryData(keys.me, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: forgetUser, onSuccess: serverWasHeard }),
    mutationCache: new MutationCache({ onError: forgetUser }),
    defaultOptions: {
      // "always": the server is usually this machine, reachable whatever the browser thinks of the network.
      queries: { retry, networkMode: "always", staleTime: 2000, refetchOnWindowFocus: true },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}
