import { useLocalNow } from "@/clock/now";
import { duration } from "@/format/time";

interface UptimeProps {
  /** Seconds as the server counted them when it answered. */
  seconds: number;
  /** When that answer came, in milliseconds of this machine's clock. */
  answeredAt: number;
  ticking: boolean;
}

/** Time since Start without pauses; counts on between two answers. */
export function Uptime({ seconds, answeredAt, ticking }: UptimeProps) {
  const now = useLocalNow();
  // The age of an answer is measured by one clock only, so that a wrong clock cannot lengthen it.
  const since = ticking && answeredAt > 0 ? Math.max(0, now - answeredAt) : 0;
  return <span>{duration(seconds * 1000 + since)}</span>;
}
