import { useSyncExternalStore } from "react";

/** Whether news arrive by themselves, and when the server was last heard of (milliseconds, this machine's clock). */
export interface LiveState {
  phase: "connecting" | "live" | "lost";
  lostAt: number | null;
  heardAt: number | null;
}

let state: LiveState = { phase: "connecting", lostAt: null, heardAt: null };
const listeners = new Set<() => void>();

function set(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function streamIsLive(): void {
  set({ phase: "live", lostAt: null, heardAt: Date.now() });
}

export function streamIsLost(): void {
  set({ phase: "lost", lostAt: state.lostAt ?? Date.now(), heardAt: state.heardAt });
}

/** Any answer of the API counts, not only the stream. */
export function serverWasHeard(): void {
  const now = Date.now();
  if (state.heardAt === null || now - state.heardAt > 500) set({ ...state, heardAt: now });
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
