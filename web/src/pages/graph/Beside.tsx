import { CopilotPanel } from "@/copilot/CopilotPanel";
import type { AcceptedDraft } from "@/copilot/CopilotDraft";
import { DiffView } from "@/diff/DiffView";
import { diffWords } from "@/diff/diff_words";
import { graphDiff, isEmptyDiff } from "@/diff/graph_diff";
import type { Graph, NodeType } from "@/api/types";
import { Panel } from "@/ui/Panel";
import classes from "./Beside.module.css";
import { DryRunPanel } from "./dry_run/DryRunPanel";
import type { ServerProblem } from "./node_problems";
import type { Runs } from "./runs";

export interface BesideProps {
  graph: Graph;
  /** What is saved; null: nothing yet. */
  saved: Graph | null;
  /** Null: of no strategy yet. */
  strategyId: string | null;
  types: readonly NodeType[];
  onRuns: (runs: Runs) => void;
  onRefused: (problems: readonly ServerProblem[]) => void;
  onGoTo: (id: string) => void;
  /** Takes over a graph that something drew. */
  onDraft: (draft: AcceptedDraft) => void;
}

/** What helps while drawing: words that change it, trying it, and the changes so far. */
export function Beside({ graph, saved, strategyId, types, onRuns, onRefused, onGoTo, onDraft }: BesideProps) {
  return (
    <>
      <DryRunPanel graph={graph} strategyId={strategyId} onRuns={onRuns} onRefused={onRefused} onGoTo={onGoTo} />
      <CopilotPanel graph={graph} strategyId={strategyId} types={types} onAccept={onDraft} />
      <Changes saved={saved} graph={graph} types={types} />
    </>
  );
}

function Changes({ saved, graph, types }: Pick<BesideProps, "saved" | "graph" | "types">) {
  const diff = saved === null ? null : graphDiff(saved, graph);
  if (saved === null || diff === null || isEmptyDiff(diff)) return null;
  return (
    <Panel>
      <section className={classes.section} aria-labelledby="changes">
        <h2 id="changes">Changes since it was saved</h2>
        <DiffView words={diffWords(diff, saved, graph, types)} label="Changes since it was saved" />
      </section>
    </Panel>
  );
}
