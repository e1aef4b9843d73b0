import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { ApiProblem, sentenceOf } from "@/api/problem";
import type { OpenPositions, Strategy } from "@/api/types";
import { ProblemList, type ShownProblem } from "@/graph/ProblemList";
import { told } from "@/queries/commands";
import { usePublishVersion, useVersion } from "@/queries/versions";
import { ChoiceList, type Choice } from "@/ui/ChoiceList";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { Difference } from "./Comparison";
import classes from "./Versions.module.css";

interface PublishDialogProps {
  strategy: Strategy;
  /** Null: closed. */
  number: number | null;
  onClose: () => void;
  onPublished?: () => void;
}

export function PublishDialog({ strategy, number, onClose, onPublished }: PublishDialogProps) {
  return (
    <Modal opened={number !== null} onClose={onClose} size="lg" title={`Publish version ${number ?? ""}?`} closeButtonProps={{ "aria-label": "Close" }}>
      {number === null ? null : <PublishForm strategy={strategy} number={number} onClose={onClose} onPublished={onPublished} />}
    </Modal>
  );
}

const EXITS: readonly Choice<OpenPositions>[] = [
  { value: "keep", label: "Keep their exits", says: "What is held is left by the rules it was bought under." },
  { value: "adopt", label: "Adopt the new ones", says: "The exits of the new version replace them, except those you set yourself." },
];

function takesEffect({ status, total_executions: total }: Strategy): string {
  if (status === "running") return "It counts from the next execution on, without a pause. An execution under way finishes with the version it began with.";
  if (status === "draft") return "It is what the strategy does once it is started.";
  return total === 0 ? "It counts when the strategy goes on." : "It counts when the strategy goes on. Past executions keep the version they were made of.";
}

function PublishForm({ strategy, number, onClose, onPublished }: PublishDialogProps & { number: number }) {
  const version = useVersion(strategy.id, number);
  const publish = usePublishVersion(strategy.id);
  const [refused, setRefused] = useState<ShownProblem[]>([]);
  const [openPositions, setOpenPositions] = useState<OpenPositions>("keep");
  if (version.isPending) return <SectionSkeleton />;
  const known: readonly ShownProblem[] = version.data?.problems ?? [];
  const problems = refused.length > 0 ? refused : known;
  const blocked = known.some(({ severity }) => severity !== "warning");
  const go = () =>
    publish.mutate({ number, openPositions }, {
      onSuccess: () => {
        told(`Version ${number} is published.`);
        onClose();
        onPublished?.();
      },
      onError: (error) => setRefused(error instanceof ApiProblem && error.lines.length > 0 ? [...error.lines] : [{ message: sentenceOf(error) }]),
    });
  return (
    <Stack gap="md">
      {problems.length === 0 ? null : (
        <section className={blocked || refused.length > 0 ? classes.blocked : classes.warned} role="alert">
          <h3>{blocked || refused.length > 0 ? "This stands in its way" : "Worth knowing"}</h3>
          <ProblemList problems={problems} />
        </section>
      )}
      <section>
        <h3 className={classes.title}>What changes</h3>
        <Difference strategyId={strategy.id} from={strategy.version.number} to={number} />
      </section>
      {strategy.active_trades === 0 ? null : <ChoiceList label="Open positions" choices={EXITS} value={openPositions} onChange={setOpenPositions} />}
      <p className={classes.quiet}>{takesEffect(strategy)}</p>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button loading={publish.isPending} disabled={blocked} onClick={go}>
          Publish version {number}
        </Button>
      </Group>
    </Stack>
  );
}
