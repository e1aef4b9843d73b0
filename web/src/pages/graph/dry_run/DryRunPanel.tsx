import { Button } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useState } from "react";
import { ApiProblem, sentenceOf } from "@/api/problem";
import type { DryRun, Graph } from "@/api/types";
import { useLocalNow } from "@/clock/now";
import { milliseconds } from "@/format/time";
import { useDryRun } from "@/queries/dry_run";
import { ClockTime } from "@/ui/Moment";
import { Panel } from "@/ui/Panel";
import type { ServerProblem } from "../node_problems";
import { NO_RUNS, type Runs } from "../runs";
import classes from "./DryRun.module.css";
import { DryRunResult } from "./DryRunResult";

interface DryRunPanelProps {
  graph: Graph;
  /** Its watchlist and positions are read too; null: there are none. */
  strategyId: string | null;
  onRuns: (runs: Runs) => void;
  onRefused: (problems: readonly ServerProblem[]) => void;
  onGoTo: (id: string) => void;
}

const SECONDS_MAX = 10;

/** Tries the graph as it is drawn, saved or not, on the markets of now. */
export function DryRunPanel({ graph, strategyId, onRuns, onRefused, onGoTo }: DryRunPanelProps) {
  const attempt = useDryRun();
  const [began, setBegan] = useState(0);
  const [tried, setTried] = useState<Graph | null>(null);
  const [shown, setShown] = useState<DryRun | null>(null);
  const start = () => {
    setBegan(Date.now());
    attempt.mutate(
      { graph: { ...graph }, strategy_id: strategyId },
      {
        onSuccess: (run) => {
          setTried(graph);
          setShown(run);
          onRefused([]);
          onRuns(new Map(run.nodes.map((node) => [node.node_id, node])));
        },
        onError: (error) => {
          setShown(null);
          onRuns(NO_RUNS);
          if (error instanceof ApiProblem && error.code === "invalid_graph") onRefused(error.lines);
        },
      },
    );
  };
  return (
    <Panel>
      <section className={classes.section} aria-labelledby="dry-run">
        <h2 id="dry-run">Dry run</h2>
        <p className={classes.quiet}>
          Evaluates this graph, saved or not, on the markets of now{strategyId === null ? "" : " with this strategy’s watchlist and positions"}. Nothing is stored, ordered or told.
        </p>
        <Button className={classes.start} variant="default" leftSection={<IconFlask size={16} aria-hidden />} loading={attempt.isPending} onClick={start}>
          Dry run now
        </Button>
        {attempt.isPending ? <Progress began={began} /> : null}
        {attempt.isError ? <Refusal error={attempt.error} /> : null}
        {shown === null || attempt.isPending ? null : (
          <>
            <p className={classes.quiet}>
              At <ClockTime at={shown.evaluated_at} />, on {shown.source === "sandbox" ? "simulated" : shown.source} prices, in {milliseconds(shown.duration_ms)}.
              {tried === graph ? "" : " The graph has changed since."}
            </p>
            <DryRunResult run={shown} onGoTo={onGoTo} />
          </>
        )}
      </section>
    </Panel>
  );
}

function Progress({ began }: { began: number }) {
  const seconds = Math.max(0, Math.round((useLocalNow() - began) / 1000));
  return (
    <div role="status">
      <p className={classes.quiet}>Reading markets and evaluating… {seconds > 0 ? `${seconds} s` : ""}</p>
      <div className={classes.progress} aria-hidden>
        <div style={{ width: `${Math.min(100, Math.max(5, (seconds / SECONDS_MAX) * 100))}%` }} />
      </div>
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  const invalid = error instanceof ApiProblem && error.code === "invalid_graph";
  return (
    <p className={classes.bad} role="alert">
      {invalid ? "It cannot be tried yet: see the problems above the nodes." : sentenceOf(error)}
    </p>
  );
}
