import { IconHistory } from "@tabler/icons-react";
import type { StrategyStatus } from "@/api/types";
import { useExecutions } from "@/queries/strategy";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import classes from "./ExecutionLog.module.css";
import { ExecutionRow } from "./ExecutionRow";

interface ExecutionLogProps {
  strategyId: string;
  status: StrategyStatus;
}

const WAITING: Record<StrategyStatus, string> = {
  running: "The first one appears here by itself as soon as it is due.",
  paused: "It is paused. Resume it, or use Run now for a single execution.",
  stopped: "It is stopped. Start it again to see executions.",
  error: "It paused itself before the first execution succeeded.",
  draft: "It is a draft. Start it to see executions.",
};

/** The last 50 executions, newest first, kept current by the event stream. */
export function ExecutionLog({ strategyId, status }: ExecutionLogProps) {
  const executions = useExecutions(strategyId);
  if (executions.isPending) return <SectionSkeleton />;
  if (executions.data === undefined) {
    return <Failure what="The execution log could not be loaded" error={executions.error} onRetry={() => void executions.refetch()} />;
  }
  if (executions.data.items.length === 0) {
    return <Notice icon={<IconHistory size={28} aria-hidden />} title="No executions yet" text={WAITING[status]} />;
  }
  return (
    <ul className={classes.list} aria-label="Executions, newest first">
      {executions.data.items.map((execution) => (
        <ExecutionRow key={execution.number} strategyId={strategyId} execution={execution} />
      ))}
    </ul>
  );
}
