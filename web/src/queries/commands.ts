import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answered, api, idempotencyKey } from "@/api/client";
import { ApiProblem, sentenceOf } from "@/api/problem";
import type { StopChoice, Strategy, StrategyUpdate } from "@/api/types";
import { keys } from "./keys";

export type Command = "start" | "pause" | "resume";

const PATHS = {
  start: "/api/strategies/{strategy_id}/start",
  pause: "/api/strategies/{strategy_id}/pause",
  resume: "/api/strategies/{strategy_id}/resume",
} as const;

const ACCEPTED: Record<Command, string> = {
  start: "is starting",
  pause: "is pausing; positions stay as they are",
  resume: "is resuming",
};

const DISMISS = { closeButtonProps: { "aria-label": "Dismiss" } };

export function told(message: string): void {
  notifications.show({ message, color: "brand", autoClose: 4000, ...DISMISS });
}

/** Errors stay until read; what failed is said before why. */
export function toldFailure(what: string, error: unknown): void {
  const title = error instanceof ApiProblem && error.code === "unreachable" ? `${what}: no connection` : what;
  notifications.show({ title, message: sentenceOf(error), color: "red", autoClose: 12_000, ...DISMISS });
}

/** Of the server's own accord. One that is bad stays until somebody closes it. */
export function alarmed(message: string, bad: boolean): void {
  notifications.show({ message, color: bad ? "red" : "brand", autoClose: bad ? false : 8000, ...DISMISS });
}

function useRefresh() {
  const client = useQueryClient();
  return (id: string, strategy?: Strategy) => {
    if (strategy !== undefined) client.setQueryData(keys.strategyView(id), strategy);
    void client.invalidateQueries({ queryKey: keys.strategy(id) });
    void client.invalidateQueries({ queryKey: keys.strategies });
  };
}

export function useCommand(strategy: Strategy) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (command: Command) =>
      answered(
        api.POST(PATHS[command], { params: { path: { strategy_id: strategy.id } }, headers: { "Idempotency-Key": idempotencyKey() } }),
      ),
    onSuccess: (answer, command) => {
      told(`${strategy.name} ${ACCEPTED[command]}.`);
      refresh(strategy.id, answer);
    },
    onError: (error, command) => {
      toldFailure(`${strategy.name} did not ${command}`, error);
      refresh(strategy.id);
    },
  });
}

const STOPPED: Record<StopChoice, string> = {
  keep: "is stopping; positions stay, their exits go on",
  cancel: "is stopping; its orders are being cancelled",
  flatten: "is stopping; everything it holds is being sold",
};

export function useStop(strategy: Strategy) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (choice: StopChoice) =>
      answered(
        api.POST("/api/strategies/{strategy_id}/stop", {
          params: { path: { strategy_id: strategy.id } },
          body: { choice },
          headers: { "Idempotency-Key": idempotencyKey() },
        }),
      ),
    onSuccess: (answer, choice) => {
      told(`${strategy.name} ${STOPPED[choice]}.`);
      refresh(strategy.id, answer);
    },
    onError: (error) => {
      toldFailure(`${strategy.name} did not stop`, error);
      refresh(strategy.id);
    },
  });
}

export function useRunNow(strategy: Strategy) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () =>
      answered(
        api.POST("/api/strategies/{strategy_id}/run", {
          params: { path: { strategy_id: strategy.id } },
          headers: { "Idempotency-Key": idempotencyKey() },
        }),
      ),
    onSuccess: ({ number, coalesced }) => {
      told(coalesced ? `Execution #${number} is already under way.` : `Execution #${number} has begun.`);
      refresh(strategy.id);
    },
    onError: (error) => toldFailure(`${strategy.name} did not execute`, error),
  });
}

export function useUpdateStrategy(strategy: Strategy) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: StrategyUpdate) =>
      answered(api.PATCH("/api/strategies/{strategy_id}", { params: { path: { strategy_id: strategy.id } }, body })),
    onSuccess: (answer) => {
      told("Settings saved. They take effect at the next execution.");
      refresh(strategy.id, answer);
    },
  });
}

export function useDeleteStrategy(strategy: Strategy) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answered(api.DELETE("/api/strategies/{strategy_id}", { params: { path: { strategy_id: strategy.id } } })),
    onSuccess: () => {
      told(`${strategy.name} was deleted.`);
      void client.invalidateQueries({ queryKey: keys.strategies });
    },
    onError: (error) => toldFailure(`${strategy.name} was not deleted`, error),
  });
}

export function useRemoveFromWatchlist(strategyId: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (entryId: string) =>
      answered(
        api.DELETE("/api/strategies/{strategy_id}/watchlist/{entry_id}", {
          params: { path: { strategy_id: strategyId, entry_id: entryId } },
        }),
      ),
    onSuccess: () => {
      told("Removed from the watchlist.");
      refresh(strategyId);
    },
    onError: (error) => toldFailure("Not removed from the watchlist", error),
  });
}
