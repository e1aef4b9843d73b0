import { ActionIcon } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconCircleCheck } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { NodeRun, NodeType } from "@/api/types";
import { plural } from "@/format/number";
import { ProblemList } from "@/graph/ProblemList";
import { Panel } from "@/ui/Panel";
import type { Draft } from "./draft";
import classes from "./GraphEditor.module.css";
import { LeaveGuard } from "./LeaveGuard";
import { NodeList, showNode } from "./NodeList";
import type { ServerProblem } from "./node_problems";

interface GraphEditorProps {
  draft: Draft;
  types: readonly NodeType[];
  problems: readonly ServerProblem[];
  /** When the problems were found: "when it was saved". */
  problemsAsOf: string;
  runs: ReadonlyMap<string, NodeRun>;
  /** False while the page leaves by its own will. */
  guarded: boolean;
  /** What is said of the saved state, beside the buttons. */
  state: string;
  /** The buttons that save. */
  actions: ReactNode;
  /** What stands beside the nodes. */
  beside: (goTo: (id: string) => void) => ReactNode;
}

/** Nodes to edit, what is wrong with them, and the bar that saves. */
export function GraphEditor({ draft, types, problems, problemsAsOf, runs, guarded, state, actions, beside }: GraphEditorProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => setOpen((before) => new Set(before.has(id) ? [...before].filter((other) => other !== id) : [...before, id]));
  const goTo = (id: string) => {
    setOpen((before) => new Set([...before, id]));
    showNode(id);
  };
  const errors = problems.filter(({ severity }) => severity !== "warning").length;
  return (
    <>
      <LeaveGuard dirty={draft.dirty && guarded} />
      <div className={classes.columns}>
        <div className={classes.main}>
          {problems.length === 0 ? null : (
            <Panel>
              <section className={classes.problems} aria-labelledby="problems">
                <h2 id="problems">
                  {errors === 0 ? plural(problems.length, "warning") : plural(errors, "problem")} <span>{problemsAsOf}</span>
                </h2>
                <ProblemList
                  problems={problems}
                  onPick={({ node_id: id }) => {
                    if (id != null) goTo(id);
                  }}
                />
              </section>
            </Panel>
          )}
          <NodeList draft={draft} types={types} problems={problems} runs={runs} open={open} onToggle={toggle} onGoTo={goTo} />
        </div>
        <div className={classes.beside}>{beside(goTo)}</div>
      </div>
      <div className={classes.bar} role="region" aria-label="Saving">
        <p role="status">
          {draft.dirty ? "Changes are not saved yet." : <><IconCircleCheck size={15} aria-hidden /> {state}</>}
        </p>
        <ActionIcon variant="default" size={34} aria-label="Undo" disabled={draft.undo === null} onClick={() => draft.undo?.()}>
          <IconArrowBackUp size={17} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" size={34} aria-label="Redo" disabled={draft.redo === null} onClick={() => draft.redo?.()}>
          <IconArrowForwardUp size={17} aria-hidden />
        </ActionIcon>
        {actions}
      </div>
    </>
  );
}
