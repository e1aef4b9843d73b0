import { useSyncExternalStore } from "react";

/**
 * One ticking clock for the whole page, set by the server's: countdowns stay right when the browser's clock is off.
 * A small difference is left alone, so that ordinary network delay does not make the display jump.
 */
const TOLERANCE_MS = 1500;

let offsetMs = 0;
let shownMs = Date.now();
let shownLocalMs = shownMs;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

export function alignClock(serverMs: number): void {
  const difference = serverMs - Date.now();
  if (Math.abs(difference - offsetMs) > TOLERANCE_MS) offsetMs = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function read(): void {
  shownMs = serverNow();
  shownLocalMs = Date.now();
}

function tick(): void {
  read();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    read();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time, ticking once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shownMs);
}

/** This machine's own time, ticking once a second: for the age of what this page received. */
export function useLocalNow(): number {
  return useSyncExternalStore(subscribe, () => shownLocalMs);
}
