import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "@/queries/keys";
import { alarmed } from "@/queries/commands";
import { affectedKeys, newsFrom } from "./affected_keys";
import { alarmOf } from "./alarm";
import { keepConnected } from "./connection";
import { serverWasHeard, streamIsLive, streamIsLost } from "./live_state";

/** Many strategies may report within one moment; each kept answer is then asked for once. */
const GATHER_MS = 400;

class Refresher {
  private waiting = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly client: QueryClient;

  constructor(client: QueryClient) {
    this.client = client;
  }

  add(affected: QueryKey[]): void {
    for (const key of affected) this.waiting.set(JSON.stringify(key), key);
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private flush(): void {
    const due = [...this.waiting.values()];
    this.waiting.clear();
    this.timer = undefined;
    for (const queryKey of due) void this.client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }
}

/** Keeps the one event stream of this page open and refreshes what it reports as changed. Draws nothing. */
export function LiveUpdates() {
  const client = useQueryClient();
  useEffect(() => {
    const stopped = new AbortController();
    const refresher = new Refresher(client);
    let lost = false;
    void keepConnected(
      "/api/stream",
      {
        onLive: () => {
          streamIsLive();
          // Polled answers (state, health) grew old meanwhile; the stream itself resumes without a gap.
          if (lost) void client.invalidateQueries();
          lost = false;
        },
        onEvent: ({ kind, data }) => {
          serverWasHeard();
          refresher.add(affectedKeys(newsFrom(kind, data)));
          const alarm = alarmOf(kind, data);
          if (alarm !== null) alarmed(alarm.message, alarm.bad);
        },
        onLost: () => {
          lost = true;
          streamIsLost();
        },
        onUnauthenticated: () => client.setQueryData(keys.me, null),
      },
      stopped.signal,
    );
    return () => {
      stopped.abort();
      refresher.stop();
    };
  }, [client]);
  return null;
}
