import { IconPlugConnectedX } from "@tabler/icons-react";
import { useLocalNow } from "@/clock/now";
import { useLiveState } from "@/stream/live_state";
import classes from "./Frame.module.css";
import { staleWords } from "./stale_words";

export function StaleRibbon() {
  const words = staleWords(useLiveState(), useLocalNow());
  return (
    <div role="status" aria-live="polite" data-stale={words !== null}>
      {words === null ? null : (
        <div className={classes.stale}>
          <IconPlugConnectedX size={16} aria-hidden />
          <span>{words}</span>
        </div>
      )}
    </div>
  );
}
