import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { Position } from "@/api/types";
import { draftProblems, draftsOf, rulesOf } from "@/exits/exit_rule";
import { ExitsForm } from "@/exits/ExitsForm";
import { cents } from "@/format/number";
import { useSetExits } from "@/queries/positions";
import classes from "./Positions.module.css";

interface ExitsDialogProps {
  /** Null: closed. */
  position: Position | null;
  onClose: () => void;
}

export function ExitsDialog({ position, onClose }: ExitsDialogProps) {
  return (
    <Modal opened={position !== null} onClose={onClose} size="lg" title={`Exits of ${position?.outcome ?? ""}`} closeButtonProps={{ "aria-label": "Close" }}>
      {position === null ? null : <SetExitsForm key={position.id} position={position} onClose={onClose} />}
    </Modal>
  );
}

/** Begins with the rules the position had when it was opened; news that come meanwhile do not overwrite what is typed. */
function SetExitsForm({ position, onClose }: { position: Position; onClose: () => void }) {
  const save = useSetExits(position);
  const [drafts, setDrafts] = useState(() => draftsOf(position.exits));
  const [asked, setAsked] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (drafts.every((draft) => Object.keys(draftProblems(draft)).length === 0)) save.mutate(rulesOf(drafts), { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <p className={classes.about}>
          {position.question} Bought at {cents(position.average_price)} on average. These rules replace those it has; a newly published version leaves them alone.
        </p>
        <ExitsForm
          drafts={drafts}
          asked={asked}
          onChange={(changed) => {
            save.reset();
            setDrafts(changed);
          }}
        />
        {save.isError ? (
          <p role="alert" className={classes.refused}>
            {sentenceOf(save.error)}
          </p>
        ) : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Set exits
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
