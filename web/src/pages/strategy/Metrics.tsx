import type { ReactNode } from "react";
import type { OnTimeWindow, Strategy } from "@/api/types";
import { count, percent, plural, signedPercent, usdc } from "@/format/number";
import { Countdown } from "@/ui/Countdown";
import { ClockTime, Moment } from "@/ui/Moment";
import { Panel } from "@/ui/Panel";
import { Uptime } from "@/ui/Uptime";
import type { LiveFigures } from "./live_figures";
import classes from "./Metrics.module.css";

interface MetricsProps {
  strategy: Strategy;
  figures: LiveFigures;
}

export function Metrics({ strategy, figures }: MetricsProps) {
  const started = strategy.started_at === null ? null : <ClockTime at={strategy.started_at} />;
  const waiting = strategy.status === "paused" ? "paused" : strategy.status === "running" ? "scheduling…" : "not scheduled";
  return (
    <Panel>
      <dl className={classes.metrics} aria-label="Metrics">
        <Metric name="Uptime" more={started === null ? "not started yet" : <>since {started}</>}>
          <Uptime seconds={figures.uptimeSeconds} answeredAt={figures.uptimeAnsweredAt} ticking={figures.uptimeTicks} />
        </Metric>
        <Metric name="Next execution" more={figures.nextExecutionAt === null ? undefined : <ClockTime at={figures.nextExecutionAt} />}>
          <Countdown to={figures.nextExecutionAt} executing={figures.executing} none={waiting} />
        </Metric>
        <Metric name="Last execution" more={figures.lastExecutionAt === null ? undefined : <ClockTime at={figures.lastExecutionAt} />}>
          <Moment at={figures.lastExecutionAt} none="none yet" />
        </Metric>
        <Metric
          name="Total executions"
          more={
            <>
              {count(figures.successful)} successful ·{" "}
              <span className={figures.failed > 0 ? classes.bad : undefined}>{count(figures.failed)} failed</span>
            </>
          }
        >
          {count(figures.total)}
        </Metric>
        <OnTime name="On time, 24 h" span={strategy.on_time?.h24} />
        <OnTime name="On time, 30 d" span={strategy.on_time?.d30} />
        <Metric name="Watchlist size" more="markets watched">
          {count(figures.watchlist)}
        </Metric>
        <Metric name="Active trades" more={`${count(strategy.closed_trades)} closed`}>
          {count(figures.activeTrades)}
        </Metric>
        <Metric name="Win rate" more={strategy.closed_trades === 0 ? "once trades have closed" : plural(strategy.closed_trades, "closed trade")}>
          {percent(strategy.win_rate)}
        </Metric>
        <Metric name="ROI" more={strategy.closed_trades === 0 ? "once trades have closed" : "on closed trades"}>
          <span className={tone(strategy.roi)}>{signedPercent(strategy.roi)}</span>
        </Metric>
        <Capital allocation={strategy.allocation} />
      </dl>
    </Panel>
  );
}

function tone(roi: string | null): string | undefined {
  if (roi === null || Number(roi) === 0) return undefined;
  return Number(roi) > 0 ? classes.good : classes.bad;
}

function Metric({ name, more, children }: { name: string; more?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.cell}>
      <dt>{name}</dt>
      <dd className={classes.value}>{children}</dd>
      {more === undefined ? null : <dd className={classes.more}>{more}</dd>}
    </div>
  );
}

function OnTime({ name, span }: { name: string; span: OnTimeWindow | undefined }) {
  return (
    <Metric name={name} more={span === undefined || span.due === 0 ? "nothing was due" : `${count(span.on_time)} of ${count(span.due)} due`}>
      {percent(span?.ratio)}
    </Metric>
  );
}

function share(part: string, whole: string): string {
  const all = Number(whole);
  return all > 0 ? `${Math.min(100, Math.max(0, (Number(part) / all) * 100))}%` : "0%";
}

function Capital({ allocation }: { allocation: Strategy["allocation"] }) {
  return (
    <div className={`${classes.cell ?? ""} ${classes.capital ?? ""}`}>
      <dt>Allocation</dt>
      <dd className={classes.value}>{usdc(allocation.allocated)}</dd>
      <dd>
        <div className={classes.track} aria-hidden>
          <div className={classes.deployed} style={{ width: share(allocation.deployed, allocation.allocated) }} />
          <div className={classes.reserved} style={{ width: share(allocation.reserved, allocation.allocated) }} />
        </div>
        <div className={classes.legend}>
          <span>{usdc(allocation.available)} available</span>
          <span>{usdc(allocation.deployed)} deployed</span>
          {Number(allocation.reserved) > 0 ? <span>{usdc(allocation.reserved)} reserved</span> : null}
        </div>
      </dd>
    </div>
  );
}
