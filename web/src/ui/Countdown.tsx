import { useNow } from "@/clock/now";
import { countdown, exact, toMs } from "@/format/time";

interface CountdownProps {
  to: string | null;
  executing?: boolean;
  none?: string;
}

export function Countdown({ to, executing = false, none = "—" }: CountdownProps) {
  const now = useNow();
  if (executing) return <span>executing…</span>;
  const ms = toMs(to);
  if (ms === null) return <span>{none}</span>;
  return (
    <time dateTime={to ?? undefined} title={exact(ms)}>
      {ms > now ? `in ${countdown(ms - now)}` : "due now"}
    </time>
  );
}
