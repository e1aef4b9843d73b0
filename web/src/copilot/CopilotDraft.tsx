import { Button } from "@mantine/core";
import type { Graph, NodeType } from "@/api/types";
import { DiffView } from "@/diff/DiffView";
import { diffWords } from "@/diff/diff_words";
import { ProblemList } from "@/graph/ProblemList";
import type { CopilotAnswer } from "@/queries/copilot";
import classes from "./Copilot.module.css";
import { markedText } from "./marked_text";

/** What a person takes over into the editor. */
export interface AcceptedDraft {
  graph: Graph;
  name: string;
  /** Null: it stays as it is. */
  intervalSeconds: number | null;
}

interface CopilotDraftProps {
  draft: CopilotAnswer;
  /** The words it was made of. */
  text: string;
  before: Graph | null;
  types: readonly NodeType[];
  onAccept: (draft: AcceptedDraft) => void;
  onDiscard: () => void;
}

const NOTHING: Graph = { schema_version: 1, nodes: [], edges: [] };

/** The draft as a difference, what it is, what it took for granted, and what was not understood. */
export function CopilotDraft({ draft, text, before, types, onAccept, onDiscard }: CopilotDraftProps) {
  const { graph } = draft;
  const accept = () => {
    if (graph === null) return;
    const changed = before === null || draft.diff.settings_changed.some(({ field }) => field === "interval_seconds");
    onAccept({ graph, name: draft.name, intervalSeconds: changed ? draft.settings.interval_seconds : null });
  };
  return (
    <div className={classes.draft} role="region" aria-label="Draft of the copilot">
      {draft.explanation === "" ? null : <p className={classes.explanation}>{draft.explanation}</p>}
      {draft.not_understood.length === 0 ? null : (
        <section className={classes.unclear} aria-label="Not understood">
          <h3>Not understood</h3>
          <p>
            {markedText(text, draft.not_understood).map(({ text: piece, why }, place) =>
              why === null ? <span key={place}>{piece}</span> : <mark key={place}>{piece}</mark>,
            )}
          </p>
          <ul>
            {draft.not_understood.map(({ offset, text: piece, why }) => (
              <li key={offset}>
                “{piece}”: {why}
              </li>
            ))}
          </ul>
        </section>
      )}
      {draft.assumptions.length === 0 ? null : (
        <section>
          <h3>Taken for granted</h3>
          <ul>
            {draft.assumptions.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
      {draft.problems.length === 0 ? null : (
        <section>
          <h3>Before it can be published</h3>
          <ProblemList problems={draft.problems} />
        </section>
      )}
      {graph === null ? null : (
        <section>
          <h3>What it would change</h3>
          {draft.diff.same ? <p>Nothing: the graph does this already.</p> : <DiffView words={diffWords(draft.diff, before ?? NOTHING, graph, types)} label="What the draft would change" />}
        </section>
      )}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onDiscard}>
          Discard
        </Button>
        <Button onClick={accept} disabled={graph === null || draft.diff.same}>
          Accept into the editor
        </Button>
      </div>
    </div>
  );
}
