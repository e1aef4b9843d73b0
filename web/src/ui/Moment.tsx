import { useNow } from "@/clock/now";
import { clockOrDay, exact, relative, toMs } from "@/format/time";

interface MomentProps {
  at: string | null;
  none?: string;
}

/** "5 min ago"; local time and UTC on hover. */
export function Moment({ at, none = "—" }: MomentProps) {
  const now = useNow();
  const ms = toMs(at);
  if (ms === null) return <span>{none}</span>;
  return (
    <time dateTime={at ?? undefined} title={exact(ms)}>
      {relative(ms, now)}
    </time>
  );
}

/** "14:05:09"; with the day when it was not today. */
export function ClockTime({ at, none = "—" }: MomentProps) {
  const now = useNow();
  const ms = toMs(at);
  if (ms === null) return <span>{none}</span>;
  return (
    <time dateTime={at ?? undefined} title={exact(ms)}>
      {clockOrDay(ms, now)}
    </time>
  );
}
