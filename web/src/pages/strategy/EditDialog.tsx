import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { Strategy } from "@/api/types";
import { placeErrors } from "@/pages/start_strategy/server_errors";
import { useUpdateStrategy } from "@/queries/commands";
import { IntervalInput } from "@/ui/IntervalInput";
import { intervalChoice, intervalProblem, intervalSeconds } from "@/ui/interval_units";

interface EditDialogProps {
  strategy: Strategy;
  opened: boolean;
  onClose: () => void;
}

export function EditDialog({ strategy, opened, onClose }: EditDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Edit settings" closeButtonProps={{ "aria-label": "Close" }}>
      <EditForm strategy={strategy} onClose={onClose} />
    </Modal>
  );
}

/** Lives only while the dialog is open, so that it always begins with the present settings. */
function EditForm({ strategy, onClose }: { strategy: Strategy; onClose: () => void }) {
  const update = useUpdateStrategy(strategy);
  const [general, setGeneral] = useState<string | null>(null);
  const form = useForm({
    mode: "controlled",
    initialValues: {
      name: strategy.name,
      interval: intervalChoice(strategy.interval_seconds),
      errorAfter: String(strategy.error_after),
    },
    validate: {
      name: (value) => (value.trim() === "" ? "Give it a name." : value.trim().length > 80 ? "At most 80 characters." : null),
      interval: intervalProblem,
      errorAfter: (value) => (/^\d{1,3}$/.test(value.trim()) && Number(value) >= 1 ? null : "A whole number from 1 to 999."),
    },
  });
  const save = (values: typeof form.values) => {
    setGeneral(null);
    update.mutate(
      { name: values.name.trim(), interval_seconds: intervalSeconds(values.interval), error_after: Number(values.errorAfter) },
      {
        onSuccess: onClose,
        onError: (error) => {
          const placed = placeErrors(error, []);
          form.setErrors(placed.fields);
          setGeneral(placed.general.length > 0 ? placed.general.join(" ") : null);
        },
      },
    );
  };
  return (
    <form onSubmit={form.onSubmit(save)} noValidate>
      <Stack gap="md">
        <TextInput label="Name" data-autofocus {...form.getInputProps("name")} />
        <IntervalInput value={form.values.interval} onChange={(value) => form.setFieldValue("interval", value)} error={form.errors.interval} />
        <TextInput
          label="Failures in a row until it pauses itself"
          inputMode="numeric"
          error={form.errors.errorAfter}
          value={form.values.errorAfter}
          onChange={(event) => form.setFieldValue("errorAfter", event.currentTarget.value)}
        />
        {general === null ? null : (
          <p role="alert" style={{ margin: 0, color: "var(--bad)" }}>
            {general}
          </p>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save settings
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
