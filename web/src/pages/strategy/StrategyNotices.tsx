import { IconAlertOctagon, IconAlertTriangle, IconClockPause, IconHandStop } from "@tabler/icons-react";
import type { Strategy, StrategyState } from "@/api/types";
import { Moment } from "@/ui/Moment";
import classes from "./StrategyPage.module.css";
import { WindDownNotice } from "./WindDownNotice";

interface StrategyNoticesProps {
  strategy: Strategy;
  state: StrategyState | null;
}

/** What needs a person's eye, above all numbers: an error, an unwell part, an engine that does not answer. */
export function StrategyNotices({ strategy, state }: StrategyNoticesProps) {
  const degraded = state?.degraded_reason ?? strategy.degraded_reason;
  const bad = `${classes.notice ?? ""} ${classes.noticeBad ?? ""}`;
  const wait = `${classes.notice ?? ""} ${classes.noticeWait ?? ""}`;
  return (
    <>
      {strategy.status === "error" ? (
        <div className={bad} role="alert">
          <IconAlertOctagon size={17} aria-hidden />
          <p>
            <b>Paused itself after repeated failures.</b> {strategy.status_reason} Resume tries again.
          </p>
        </div>
      ) : null}
      {degraded !== null && strategy.status !== "error" ? (
        <div className={wait} role="status">
          <IconAlertTriangle size={17} aria-hidden />
          <p>
            <b>Degraded.</b> {degraded} It goes on by itself.
          </p>
        </div>
      ) : null}
      {strategy.held_reason == null ? null : (
        <div className={wait} role="status">
          <IconHandStop size={17} aria-hidden />
          <p>
            <b>Held.</b> {strategy.held_reason}.
          </p>
        </div>
      )}
      <WindDownNotice strategy={strategy} />
      {state?.stale === true && strategy.status === "running" ? (
        <div className={wait} role="status">
          <IconClockPause size={17} aria-hidden />
          <p>
            The workflow does not answer just now; these numbers are the database’s, as of <Moment at={state.as_of} />.
          </p>
        </div>
      ) : null}
    </>
  );
}
