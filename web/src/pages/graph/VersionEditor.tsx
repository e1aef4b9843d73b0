import { Anchor, Button } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ApiProblem } from "@/api/problem";
import type { NodeType, Strategy, VersionDetail } from "@/api/types";
import type { AcceptedDraft } from "@/copilot/CopilotDraft";
import { PublishDialog } from "@/pages/versions/PublishDialog";
import { versionState } from "@/pages/versions/version_state";
import { told, toldFailure } from "@/queries/commands";
import { useSaveDraft, useVersions } from "@/queries/versions";
import { Beside } from "./Beside";
import { useDraft } from "./draft";
import { GraphEditor } from "./GraphEditor";
import classes from "./GraphEditor.module.css";
import { placedProblems, type ServerProblem } from "./node_problems";
import { NO_RUNS, type Runs } from "./runs";

interface VersionEditorProps {
  session: string;
  strategy: Strategy;
  base: VersionDetail;
  types: readonly NodeType[];
}

/** A version being edited. Saving makes a draft of it; the version it began with never changes. */
export function VersionEditor({ session, strategy, base, types }: VersionEditorProps) {
  const navigate = useNavigate();
  const drawn = useDraft(base.graph, base.graph);
  // A draft of the copilot may change how often it executes, too.
  const [interval, setInterval] = useState<number | null>(null);
  const draft = { ...drawn, dirty: drawn.dirty || interval !== null };
  const save = useSaveDraft(strategy.id);
  const [refused, setRefused] = useState<readonly ServerProblem[] | null>(null);
  const [publishing, setPublishing] = useState<number | null>(null);
  const [runs, setRuns] = useState<Runs>(NO_RUNS);
  const state = versionState(base.number, strategy.version.number);
  const saved = (after?: (number: number) => void) =>
    save.mutate(
      { based_on: base.number, graph: { ...draft.graph }, interval_seconds: interval },
      {
        onSuccess: (made) => {
          setRefused(null);
          setInterval(null);
          told(`Saved as draft ${made.number}.`);
          void navigate(`/strategies/${strategy.id}/graph?version=${made.number}`, { replace: true, state: { session } });
          after?.(made.number);
        },
        onError: (error) => {
          if (error instanceof ApiProblem && error.lines.length > 0) setRefused(error.lines);
          toldFailure("The draft was not saved", error);
        },
      },
    );
  const publish = () => {
    if (draft.dirty) saved(setPublishing);
    else setPublishing(base.number);
  };
  const accept = ({ graph, intervalSeconds }: AcceptedDraft) => {
    draft.change(graph);
    if (intervalSeconds !== null) setInterval(intervalSeconds);
  };
  const words = { draft: `Saved as draft ${base.number}.`, published: `This is version ${base.number}, the published one.`, earlier: `This is version ${base.number}, an earlier one.` };
  return (
    <>
      <NewerDraft strategy={strategy} number={base.number} />
      <GraphEditor
        draft={draft}
        types={types}
        problems={placedProblems(refused ?? base.problems, draft.graph)}
        problemsAsOf={refused !== null ? "in what was to be saved or tried" : draft.dirty ? "when it was last saved" : ""}
        runs={runs}
        guarded={!save.isPending}
        state={words[state]}
        actions={
          <>
            <Button variant="default" loading={save.isPending} disabled={!draft.dirty} onClick={() => saved()}>
              Save draft
            </Button>
            <Button loading={save.isPending} disabled={!draft.dirty && state === "published"} onClick={publish}>
              Publish…
            </Button>
          </>
        }
        beside={(goTo) => <Beside graph={draft.graph} saved={base.graph} strategyId={strategy.id} types={types} onRuns={setRuns} onRefused={(found) => setRefused(found.length === 0 ? null : found)} onGoTo={goTo} onDraft={accept} />}
      />
      <PublishDialog strategy={strategy} number={publishing} onClose={() => setPublishing(null)} />
    </>
  );
}

function NewerDraft({ strategy, number }: { strategy: Strategy; number: number }) {
  const versions = useVersions(strategy.id);
  const newest = versions.data?.pages[0]?.items[0]?.number ?? number;
  if (newest <= number) return null;
  return (
    <p className={classes.newer}>
      There is a newer draft.
      <Anchor component={Link} to={`/strategies/${strategy.id}/graph?version=${newest}`}>
        Edit draft {newest}
      </Anchor>
      <Anchor component={Link} to={`/strategies/${strategy.id}/versions`}>
        All versions
      </Anchor>
    </p>
  );
}
