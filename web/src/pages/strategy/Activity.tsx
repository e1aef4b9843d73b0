import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconBriefcase2,
  IconCircleCheck,
  IconCirclePlus,
  IconClockX,
  IconCoins,
  IconEye,
  IconEyeOff,
  IconGavel,
  IconGitCommit,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPoint,
  IconTarget,
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
  feed_silent: [IconAlertTriangle, "bad"],
  feed_back: [IconCircleCheck, "good"],
  trade_executed: [IconBriefcase2, "paper"],
  trade_exited: [IconCoins, "paper"],
  exit_triggered: [IconTarget, "wait"],
  exit_withdrawn: [IconTarget, "idle"],
  exits_changed: [IconTarget, "idle"],
  market_proposed: [IconGavel, "wait"],
  market_disputed: [IconGavel, "bad"],
  market_resolved: [IconGavel, "paper"],
  market_void: [IconGavel, "paper"],
  strategy_wound_down: [IconCircleCheck, "good"],
  daily_loss_limit: [IconAlertOctagon, "bad"],
  withdrawal_started: [IconArrowBackUp, "wait"],
  withdrawal_returned: [IconArrowBackUp, "paper"],
  withdrawal_complete: [IconCircleCheck, "good"],
  withdrawal_partly_complete: [IconAlertTriangle, "wait"],
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
