import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { AllocationRow } from "@/api/types";
import { usdc } from "@/format/number";
import { useRebalance } from "@/queries/capital";
import classes from "./Capital.module.css";
import { afterwards, rebalanceProblems, type RebalanceValues } from "./rebalance_form";

interface RebalanceDialogProps {
  rows: readonly AllocationRow[];
  opened: boolean;
  onClose: () => void;
}

export function RebalanceDialog({ rows, opened, onClose }: RebalanceDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Rebalance" closeButtonProps={{ "aria-label": "Close" }}>
      <RebalanceForm rows={rows} onClose={onClose} />
    </Modal>
  );
}

function RebalanceForm({ rows, onClose }: Omit<RebalanceDialogProps, "opened">) {
  const rebalance = useRebalance();
  const [values, setValues] = useState<RebalanceValues>({ from: "", to: "", amount: "" });
  const [asked, setAsked] = useState(false);
  const problems = asked ? rebalanceProblems(values, rows) : {};
  const outcome = afterwards(values, rows);
  const change = (part: Partial<RebalanceValues>) => {
    rebalance.reset();
    setValues({ ...values, ...part });
  };
  const move = (event: SyntheticEvent) => {
    event.preventDefault();
    setAsked(true);
    if (Object.keys(rebalanceProblems(values, rows)).length > 0) return;
    rebalance.mutate({ from_strategy_id: values.from, to_strategy_id: values.to, amount: values.amount.trim() }, { onSuccess: onClose });
  };
  const options = [{ value: "", label: "Choose a strategy" }, ...rows.map((row) => ({ value: row.strategy_id, label: `${row.name} (${usdc(row.available)} available)` }))];
  return (
    <form onSubmit={move} noValidate>
      <Stack gap="md">
        <NativeSelect label="From" data={options} value={values.from} error={problems.from} onChange={(event) => change({ from: event.currentTarget.value })} data-autofocus />
        <NativeSelect label="To" data={options} value={values.to} error={problems.to} onChange={(event) => change({ to: event.currentTarget.value })} />
        <TextInput
          label="Amount in USDC"
          inputMode="decimal"
          value={values.amount}
          error={problems.amount}
          onChange={(event) => change({ amount: event.currentTarget.value })}
        />
        <p className={classes.outcome} aria-live="polite">
          {outcome === null
            ? "Only what is available can be moved; both strategies go on."
            : `Available afterwards: ${outcome.map(({ name, available }) => `${name} ${usdc(available)}`).join(", ")}.`}
        </p>
        {rebalance.isError ? (
          <p role="alert" className={classes.bad}>
            {sentenceOf(rebalance.error)}
          </p>
        ) : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={rebalance.isPending}>
            Move capital
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
