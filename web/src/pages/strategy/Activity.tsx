import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconBan,
  IconBriefcase2,
  IconCircleCheck,
  IconCirclePlus,
  IconClockX,
  IconEye,
  IconEyeOff,
  IconGitCommit,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPoint,
  type Icon,
} from "@tabler/icons-react";
import { useEvents } from "@/queries/strategy";
import { Moment } from "@/ui/Moment";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import type { Tone } from "@/ui/status_words";
import classes from "./Activity.module.css";

const LOOKS: Record<string, [Icon, Tone]> = {
  strategy_created: [IconCirclePlus, "idle"],
  strategy_started: [IconPlayerPlay, "good"],
  strategy_resumed: [IconPlayerPlay, "good"],
  strategy_paused: [IconPlayerPause, "wait"],
  strategy_stopped: [IconPlayerStop, "bad"],
  strategy_error: [IconAlertOctagon, "bad"],
  strategy_degraded: [IconAlertTriangle, "wait"],
  strategy_recovered: [IconCircleCheck, "good"],
  version_published: [IconGitCommit, "idle"],
  execution_failed: [IconAlertOctagon, "bad"],
  executions_missed: [IconClockX, "wait"],
  watchlist_added: [IconEye, "idle"],
  watchlist_removed: [IconEyeOff, "idle"],
  order_denied: [IconBan, "bad"],
  order_failed: [IconBan, "bad"],
  trade_executed: [IconBriefcase2, "paper"],
};

/** What happened, newest first. */
export function Activity({ strategyId }: { strategyId: string }) {
  const events = useEvents(strategyId);
  if (events.isPending) return <SectionSkeleton />;
  if (events.data === undefined) {
    return <Failure what="The activity could not be loaded" error={events.error} onRetry={() => void events.refetch()} />;
  }
  if (events.data.items.length === 0) return <Notice title="Nothing has happened yet" />;
  return (
    <ol className={classes.list} aria-label="Recent activity, newest first">
      {events.data.items.map((event) => {
        const [Look, tone] = LOOKS[event.kind] ?? [IconPoint, "idle"];
        return (
          <li key={event.id} className={classes.event}>
            <Look size={16} className={classes[tone]} aria-hidden />
            <span className={classes.message}>{event.message}</span>
            <span className={classes.when}>
              <Moment at={event.created_at} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}
