import { Anchor, Button, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import type { NodeType } from "@/api/types";
import { EMPTY_GRAPH } from "@/graph/edit_graph";
import { useNodeTypes } from "@/queries/strategy";
import { Failure } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { Beside } from "./Beside";
import { CreateDialog } from "./CreateDialog";
import { useDraft } from "./draft";
import { GraphEditor } from "./GraphEditor";
import { handedOver, type HandedOver } from "./handed_over";
import { placedProblems, type ServerProblem } from "./node_problems";
import { NO_RUNS, type Runs } from "./runs";

/** A graph that is no strategy yet: from nothing, or from what another page drew. */
export function NewGraphPage() {
  usePageTitle("New strategy");
  const types = useNodeTypes();
  const given = handedOver(useLocation().state);
  return (
    <>
      <Anchor component={Link} to="/strategies/new" size="sm">
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> Start Strategy
      </Anchor>
      <Title order={1} mt="xs" mb="md">
        New strategy
      </Title>
      {types.isError && types.data === undefined ? (
        <Panel>
          <Failure what="The kinds of nodes could not be loaded" error={types.error} onRetry={() => void types.refetch()} />
        </Panel>
      ) : types.data === undefined ? (
        <Panel>
          <SectionSkeleton />
        </Panel>
      ) : (
        <NewGraph given={given} types={types.data.items} />
      )}
    </>
  );
}

function NewGraph({ given, types }: { given: HandedOver | null; types: readonly NodeType[] }) {
  const begin = given?.graph ?? EMPTY_GRAPH;
  // An untouched beginning is worth no question; what was handed over is.
  const draft = useDraft(begin, given === null ? EMPTY_GRAPH : null);
  const [refused, setRefused] = useState<readonly ServerProblem[]>([]);
  const [runs, setRuns] = useState<Runs>(NO_RUNS);
  const [suggested, setSuggested] = useState({ name: given?.name ?? "", intervalSeconds: given?.intervalSeconds ?? 300 });
  const [naming, setNaming] = useState(false);
  const [created, setCreated] = useState(false);
  return (
    <>
      <GraphEditor
        draft={draft}
        types={types}
        problems={placedProblems(refused, draft.graph)}
        problemsAsOf="in what was to be saved or tried"
        runs={runs}
        guarded={!created}
        state="Nothing to save yet."
        actions={
          <Button onClick={() => setNaming(true)} disabled={!draft.dirty}>
            Save as strategy…
          </Button>
        }
        beside={(goTo) => <Beside graph={draft.graph} saved={null} strategyId={null} types={types} onRuns={setRuns} onRefused={setRefused} onGoTo={goTo} onDraft={(accepted) => {
              draft.change(accepted.graph);
              setSuggested({ name: accepted.name, intervalSeconds: accepted.intervalSeconds ?? suggested.intervalSeconds });
            }} />}
      />
      <CreateDialog
        opened={naming}
        graph={draft.graph}
        name={suggested.name}
        intervalSeconds={suggested.intervalSeconds}
        onClose={() => setNaming(false)}
        onCreated={() => setCreated(true)}
        onRefused={(problems) => {
          setNaming(false);
          setRefused(problems);
        }}
      />
    </>
  );
}
