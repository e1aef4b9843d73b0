import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { ApiProblem, sentenceOf } from "@/api/problem";
import { ProblemList, type ShownProblem } from "@/graph/ProblemList";
import { told } from "@/queries/commands";
import { useSaveDraft, useVersion } from "@/queries/versions";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { readGraphText } from "./graph_text";
import classes from "./Versions.module.css";

interface JsonDraftDialogProps {
  strategyId: string;
  basedOn: number;
  opened: boolean;
  onClose: () => void;
  onSaved: (number: number) => void;
}

export function JsonDraftDialog(props: JsonDraftDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} size="xl" title="New draft from JSON" closeButtonProps={{ "aria-label": "Close" }}>
      <JsonDraftForm {...props} />
    </Modal>
  );
}

function JsonDraftForm({ strategyId, basedOn, onClose, onSaved }: JsonDraftDialogProps) {
  const base = useVersion(strategyId, basedOn);
  const save = useSaveDraft(strategyId);
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [problems, setProblems] = useState<ShownProblem[]>([]);
  if (base.isPending) return <SectionSkeleton />;
  const text = typed ?? (base.data === undefined ? "" : JSON.stringify(base.data.graph, null, 2));
  const submit = () => {
    const read = readGraphText(text);
    setProblems([]);
    setFault(read.fault);
    if (read.graph === null) return;
    save.mutate(
      { based_on: basedOn, graph: read.graph },
      {
        onSuccess: (made) => {
          const open = made.problems.filter(({ severity }) => severity === "error").length;
          told(`Saved as draft ${made.number}${open === 0 ? "." : `, with ${open === 1 ? "a problem" : `${open} problems`} to solve before it can be published.`}`);
          onClose();
          onSaved(made.number);
        },
        onError: (error) => {
          if (error instanceof ApiProblem && error.lines.length > 0) setProblems([...error.lines]);
          else setFault(sentenceOf(error));
        },
      },
    );
  };
  return (
    <Stack gap="md">
      <Textarea
        label="Graph"
        description={`Nodes and edges, as an export has them under “graph”; a whole export works too. Begins with version ${basedOn}.`}
        classNames={{ input: classes.code }}
        autosize
        minRows={12}
        maxRows={24}
        spellCheck={false}
        error={fault}
        value={text}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      {problems.length === 0 ? null : (
        <section className={classes.blocked} role="alert">
          <h3>Not saved</h3>
          <ProblemList problems={problems} />
        </section>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={save.isPending} onClick={submit}>
          Save draft
        </Button>
      </Group>
    </Stack>
  );
}
