import { Button } from "@mantine/core";
import { IconArrowRight, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Strategy } from "@/api/types";
import { count, signedPercent } from "@/format/number";
import { useCommand, useStop } from "@/queries/commands";
import { Countdown } from "@/ui/Countdown";
import { Moment } from "@/ui/Moment";
import { Panel } from "@/ui/Panel";
import { ModePill } from "@/ui/Pill";
import { DegradedMark, StatusBadge } from "@/ui/StatusBadge";
import { allowedCommands, statusWords } from "@/ui/status_words";
import { StopDialog } from "@/ui/StopDialog";
import { Uptime } from "@/ui/Uptime";
import classes from "./StrategyCard.module.css";

interface StrategyCardProps {
  strategy: Strategy;
  answeredAt: number;
}

export function StrategyCard({ strategy, answeredAt }: StrategyCardProps) {
  const { tone } = statusWords(strategy);
  const reason = strategy.status === "error" || strategy.degraded_reason === null ? strategy.status_reason : strategy.degraded_reason;
  return (
    <Panel className={`${classes.card ?? ""} ${classes[tone] ?? ""}`}>
      <div className={classes.head}>
        <h2 className={classes.name}>
          <Link to={`/strategies/${strategy.id}`}>{strategy.name}</Link>
        </h2>
        <div className={classes.pills}>
          <StatusBadge strategy={strategy} />
          <ModePill mode={strategy.mode} />
          <DegradedMark reason={strategy.degraded_reason} />
        </div>
        {reason !== null && (strategy.status === "error" || strategy.degraded_reason !== null) ? (
          <p className={classes.reason}>{reason}</p>
        ) : null}
      </div>
      <CardFigures strategy={strategy} answeredAt={answeredAt} />
      <CardActions strategy={strategy} />
    </Panel>
  );
}

function CardFigures({ strategy, answeredAt }: StrategyCardProps) {
  return (
    <dl className={classes.figures}>
      <div>
        <dt>Uptime</dt>
        <dd>
          <Uptime seconds={strategy.uptime_seconds} answeredAt={answeredAt} ticking={strategy.uptime_since !== null} />
        </dd>
      </div>
      <div>
        <dt>Active trades</dt>
        <dd>{count(strategy.active_trades)}</dd>
      </div>
      <div>
        <dt>Watchlist</dt>
        <dd>{count(strategy.watchlist_size)}</dd>
      </div>
      <div>
        <dt>Next execution</dt>
        <dd>
          <Countdown to={strategy.status === "running" ? strategy.next_execution_at : null} />
        </dd>
      </div>
      <div>
        <dt>Last activity</dt>
        <dd>
          <Moment at={strategy.last_activity_at} none="none yet" />
        </dd>
      </div>
      <div>
        <dt>ROI</dt>
        <dd>{signedPercent(strategy.roi)}</dd>
      </div>
    </dl>
  );
}

function CardActions({ strategy }: { strategy: Strategy }) {
  const command = useCommand(strategy);
  const stop = useStop(strategy);
  const allowed = allowedCommands(strategy);
  const [stopping, setStopping] = useState(false);
  const button = { size: "compact-sm", variant: "subtle", color: "gray", disabled: command.isPending || stop.isPending } as const;
  return (
    <div className={classes.actions}>
      {allowed.pause ? (
        <Button {...button} leftSection={<IconPlayerPause size={15} aria-hidden />} onClick={() => command.mutate("pause")} aria-label={`Pause ${strategy.name}`}>
          Pause
        </Button>
      ) : null}
      {allowed.resume ? (
        <Button {...button} leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={() => command.mutate("resume")} aria-label={`Resume ${strategy.name}`}>
          Resume
        </Button>
      ) : null}
      {allowed.start ? (
        <Button {...button} leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={() => command.mutate("start")} aria-label={`Start ${strategy.name}`}>
          Start
        </Button>
      ) : null}
      {allowed.stop ? (
        <Button {...button} leftSection={<IconPlayerStop size={15} aria-hidden />} onClick={() => setStopping(true)} aria-label={`Stop ${strategy.name}`}>
          Stop
        </Button>
      ) : null}
      <Button
        {...button}
        disabled={false}
        className={classes.details}
        component={Link}
        to={`/strategies/${strategy.id}`}
        rightSection={<IconArrowRight size={15} aria-hidden />}
        aria-label={`View details of ${strategy.name}`}
      >
        View details
      </Button>
      <StopDialog name={strategy.name} present={null} opened={stopping} onClose={() => setStopping(false)} onConfirm={(choice) => stop.mutate(choice)} />
    </div>
  );
}
