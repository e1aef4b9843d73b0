import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { sentenceOf } from "@/api/problem";
import type { Strategy } from "@/api/types";
import { told } from "@/queries/commands";
import { useRestoreVersion } from "@/queries/versions";
import { Difference } from "./Comparison";
import classes from "./Versions.module.css";

interface RestoreDialogProps {
  strategy: Strategy;
  /** Null: closed. */
  number: number | null;
  onClose: () => void;
}

/** An old version comes back as a copy with a new number: as a draft, or published at once. */
export function RestoreDialog({ strategy, number, onClose }: RestoreDialogProps) {
  const restore = useRestoreVersion(strategy.id);
  const [refused, setRefused] = useState<string | null>(null);
  const close = () => {
    setRefused(null);
    onClose();
  };
  const go = (publish: boolean) => {
    if (number === null) return;
    restore.mutate(
      { number, publish },
      {
        onSuccess: (made) => {
          told(publish ? `Version ${number} is back and published as version ${made.number}.` : `Version ${number} is back as draft ${made.number}.`);
          close();
        },
        onError: (error) => setRefused(sentenceOf(error)),
      },
    );
  };
  return (
    <Modal opened={number !== null} onClose={close} size="lg" title={`Restore version ${number ?? ""}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        <section>
          <h3 className={classes.title}>What would change from the published version</h3>
          {number === null ? null : <Difference strategyId={strategy.id} from={strategy.version.number} to={number} />}
        </section>
        {refused === null ? null : (
          <p className={classes.bad} role="alert">
            {refused}
          </p>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button variant="default" loading={restore.isPending} onClick={() => go(false)}>
            Restore as draft
          </Button>
          <Button loading={restore.isPending} onClick={() => go(true)}>
            Restore and publish
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
