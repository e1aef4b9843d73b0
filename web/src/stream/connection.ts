import { SseParser, type ServerEvent } from "./parse_sse";

/** The API sends a comment each 15 s; twice that and a little more without a byte means the line is dead. */
const SILENCE_MAX_MS = 35_000;
const BACKOFF_MS = [250, 500, 1000, 2000, 4000] as const;

interface Listener {
  onLive(resumed: boolean): void;
  onEvent(event: ServerEvent): void;
  onLost(): void;
  onUnauthenticated(): void;
}

/**
 * One server-sent event stream, kept up until the signal aborts. Read with fetch rather than EventSource, which gives up for good
 * on a 503, hides heartbeats, and cannot carry its last id over to a new object.
 */
export async function keepConnected(address: string, listener: Listener, signal: AbortSignal): Promise<void> {
  let lastId = "";
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of readStream(address, lastId, signal, () => listener.onLive(lastId !== ""))) {
        failures = 0;
        if (event.id !== "") lastId = event.id;
        listener.onEvent(event);
      }
    } catch (error) {
      if (error instanceof Unauthenticated) {
        listener.onUnauthenticated();
        return;
      }
    }
    if (isAborted(signal)) return;
    listener.onLost();
    const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 4000;
    failures += 1;
    await pause(wait, signal);
  }
}

// The signal changes during the awaits above, which the type checker cannot know.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

class Unauthenticated extends Error {}

async function* readStream(address: string, lastId: string, outer: AbortSignal, onOpen: () => void): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  const signal = AbortSignal.any([outer, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId !== "") headers["Last-Event-ID"] = lastId;
    const response = await fetch(address, { headers, signal, credentials: "same-origin", cache: "no-store" });
    if (response.status === 401) throw new Unauthenticated();
    if (!response.ok || response.body === null) throw new Error(`stream answered ${response.status}`);
    onOpen();
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
      yield* parser.push(value);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
