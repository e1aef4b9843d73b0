import { useExecution } from "@/queries/strategy";
import type { StepRun } from "@/api/types";
import { plural } from "@/format/number";
import { ClockTime } from "@/ui/Moment";
import { Failure } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import classes from "./ExecutionDetails.module.css";
import { TRIGGER_WORDS } from "./lateness";
import { NodeRunLine } from "./NodeRunLine";

interface ExecutionDetailsProps {
  strategyId: string;
  number: number;
}

/** What every node did, step by step: step 0 is the execution, later ones follow a wait or an order. */
export function ExecutionDetails({ strategyId, number }: ExecutionDetailsProps) {
  const execution = useExecution(strategyId, number);
  if (execution.isPending) return <SectionSkeleton />;
  if (execution.data === undefined) {
    return <Failure what={`Execution #${number} could not be loaded`} error={execution.error} onRetry={() => void execution.refetch()} />;
  }
  const steps = execution.data.steps_detail;
  return (
    <div className={classes.details}>
      <p className={classes.facts}>
        Due <ClockTime at={execution.data.scheduled_for} none="when asked" /> · version {execution.data.version.number} ·{" "}
        {TRIGGER_WORDS[execution.data.trigger] ?? execution.data.trigger}
      </p>
      {steps.map((step) => (
        <Step key={step.step} step={step} titled={steps.length > 1} />
      ))}
    </div>
  );
}

function Step({ step, titled }: { step: StepRun; titled: boolean }) {
  const titles = new Map(step.nodes.map((node) => [node.node_id, node.title]));
  return (
    <section className={classes.step}>
      {titled ? (
        <h2 className={classes.stepTitle}>
          Step {step.step} · {TRIGGER_WORDS[step.trigger] ?? step.trigger} · <ClockTime at={step.started_at} />
        </h2>
      ) : null}
      {step.error_message === null ? null : (
        <p className={classes.error} role="alert">
          {step.error_message}
        </p>
      )}
      <ol className={classes.nodes}>
        {step.nodes.map((node) => (
          <NodeRunLine key={node.node_id} node={node} />
        ))}
      </ol>
      {step.waiting.map((wait) => (
        <p key={`${wait.node_id}-${wait.port}-${wait.order_id ?? wait.due_at ?? ""}`} className={classes.waiting}>
          {plural(wait.items, "market")} waiting behind {titles.get(wait.node_id) ?? wait.node_id}
          {wait.due_at === null ? " for the order’s outcome" : ", due "}
          {wait.due_at === null ? null : <ClockTime at={wait.due_at} />}
        </p>
      ))}
    </section>
  );
}
