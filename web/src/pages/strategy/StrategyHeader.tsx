import { Anchor, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "react-router";
import { useLocalNow } from "@/clock/now";
import { exact, interval, relative } from "@/format/time";
import type { Strategy } from "@/api/types";
import { DegradedMark, StatusBadge } from "@/ui/StatusBadge";
import { ModePill } from "@/ui/Pill";
import classes from "./StrategyPage.module.css";
import { StrategyActions } from "./StrategyActions";

interface StrategyHeaderProps {
  strategy: Strategy;
  /** When the newest answer came, in milliseconds of this machine's clock. */
  updatedAt: number;
}

export function StrategyHeader({ strategy, updatedAt }: StrategyHeaderProps) {
  return (
    <>
      <Anchor component={Link} to="/strategies" size="sm">
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> My Strategies
      </Anchor>
      <div className={classes.head}>
        <div className={classes.titles}>
          <Title order={1} mt={6}>
            {strategy.name}
          </Title>
          <div className={classes.facts}>
            <StatusBadge strategy={strategy} />
            <ModePill mode={strategy.mode} />
            <DegradedMark reason={strategy.degraded_reason} />
            <span>executes {interval(strategy.interval_seconds)}</span>
            <Anchor component={Link} to={`/strategies/${strategy.id}/versions`} fz="inherit" underline="always">
              version {strategy.version.number}
            </Anchor>
            <span>prices: {strategy.source === "sandbox" ? "simulated" : strategy.source}</span>
            <UpdatedAge at={updatedAt} />
          </div>
        </div>
        <StrategyActions strategy={strategy} />
      </div>
    </>
  );
}

function UpdatedAge({ at }: { at: number }) {
  const now = useLocalNow();
  return <span title={exact(at)}>updated {relative(at, Math.max(at, now))}</span>;
}
