import { useNow } from "@/clock/now";
import type { Strategy } from "@/api/types";
import { clockOrDay, exact, relative, toMs } from "@/format/time";
import classes from "./Settings.module.css";

const IDLE: Record<Strategy["status"], string> = {
  running: "None within a year: the schedule has no opening left.",
  paused: "None while it is paused.",
  stopped: "None while it is stopped.",
  error: "None until it is resumed.",
  draft: "None before it is started.",
};

/** The next five by interval and schedule, as published: in local time, and in the schedule's own where that differs. */
export function NextExecutions({ strategy }: { strategy: Strategy }) {
  const now = useNow();
  const zone = strategy.settings.schedule.time_zone;
  const there = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone });
  const foreign = zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section className={classes.section} aria-labelledby="next-executions">
      <h2 id="next-executions">Next executions</h2>
      {strategy.next_executions.length === 0 ? (
        <p className={classes.quiet}>{IDLE[strategy.status]}</p>
      ) : (
        <ol className={classes.next}>
          {strategy.next_executions.map((at) => {
            const ms = toMs(at) ?? now;
            return (
              <li key={at}>
                <time dateTime={at} title={exact(ms)}>
                  {clockOrDay(ms, now)}
                </time>
                {foreign ? <span>{`${there.format(ms)} ${zone}`}</span> : null}
                <span>{ms <= now ? "due now" : relative(ms, now)}</span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
