import { IconChevronRight, IconCircleCheckFilled, IconCircleXFilled } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Execution } from "@/api/types";
import { plural } from "@/format/number";
import { milliseconds } from "@/format/time";
import { ClockTime } from "@/ui/Moment";
import { Pill } from "@/ui/Pill";
import { ExecutionDetails } from "./ExecutionDetails";
import classes from "./ExecutionLog.module.css";
import { lateWords, missedWords, TRIGGER_WORDS } from "./lateness";

interface ExecutionRowProps {
  strategyId: string;
  execution: Execution;
}

export function ExecutionRow({ strategyId, execution }: ExecutionRowProps) {
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const failed = execution.status === "failed";
  const missed = missedWords(execution.missed_before);
  return (
    <li className={classes.row}>
      <button
        type="button"
        className={open ? `${classes.summary ?? ""} ${classes.open ?? ""}` : classes.summary}
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
      >
        {failed ? (
          <IconCircleXFilled size={16} className={classes.bad} aria-label="failed" role="img" />
        ) : (
          <IconCircleCheckFilled size={16} className={classes.good} aria-label="succeeded" role="img" />
        )}
        <span className={classes.number}>#{execution.number}</span>
        <span className={classes.time}>
          <ClockTime at={execution.started_at} />
        </span>
        <span className={`${classes.text ?? ""} ${(failed ? classes.bad : isQuiet(execution) ? classes.quiet : undefined) ?? ""}`}>
          {failed ? (execution.error_message ?? execution.summary) : execution.summary}
        </span>
        <Chips execution={execution} />
        <span className={classes.took}>{milliseconds(execution.duration_ms)}</span>
        <IconChevronRight size={15} className={classes.chevron} aria-hidden />
      </button>
      {missed === null ? null : <p className={classes.missed}>{missed}</p>}
      <div id={detailsId}>{open ? <ExecutionDetails strategyId={strategyId} number={execution.number} /> : null}</div>
    </li>
  );
}

/** Nothing came of it: said more softly, so that the others stand out. */
function isQuiet({ watchlist_added, watchlist_removed, orders }: Execution): boolean {
  return watchlist_added + watchlist_removed + orders === 0;
}

function Chips({ execution }: { execution: Execution }) {
  const late = lateWords(execution);
  const continued = execution.steps - 1;
  return (
    <span className={classes.chips}>
      {execution.trigger === "schedule" ? null : (
        <Pill tone="idle" small>
          {TRIGGER_WORDS[execution.trigger] ?? execution.trigger}
        </Pill>
      )}
      {late === null ? null : (
        <Pill tone="wait" small>
          {late}
        </Pill>
      )}
      {continued > 0 ? (
        <Pill tone="idle" small>
          {`+${plural(continued, "step")}`}
        </Pill>
      ) : null}
    </span>
  );
}
