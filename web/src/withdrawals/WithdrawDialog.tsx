import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import unit from "@/form/Form.module.css";
import { useWithdraw } from "@/queries/withdrawals";
import { hoursProblem } from "./withdrawal_words";

export interface Withdrawable {
  id: string;
  name: string;
}

interface WithdrawDialogProps {
  /** Those to choose from; with one there is nothing to choose. */
  strategies: readonly Withdrawable[];
  opened: boolean;
  onClose: () => void;
}

export function WithdrawDialog({ strategies, opened, onClose }: WithdrawDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Withdraw capital" closeButtonProps={{ "aria-label": "Close" }}>
      <WithdrawForm strategies={strategies} onClose={onClose} />
    </Modal>
  );
}

function WithdrawForm({ strategies, onClose }: Omit<WithdrawDialogProps, "opened">) {
  const withdraw = useWithdraw();
  const only = strategies.length === 1 ? strategies[0] : undefined;
  const [chosen, setChosen] = useState(only?.id ?? "");
  const [hours, setHours] = useState("168");
  const [asked, setAsked] = useState(false);
  const strategy = strategies.find(({ id }) => id === chosen);
  const wrongHours = hoursProblem(hours);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (strategy !== undefined && wrongHours === null) withdraw.mutate({ strategy, hours: Number(hours) }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>
          {only === undefined ? "The strategy" : only.name} stops, its orders are cancelled, its positions are sold at the best bids, and what is free goes back to your cash as it comes. That goes on for days if nobody bids, also
          while this page is closed.
        </Text>
        {only === undefined ? (
          <NativeSelect
            label="Strategy"
            data={[{ value: "", label: "Choose a strategy" }, ...strategies.map(({ id, name }) => ({ value: id, label: name }))]}
            value={chosen}
            error={asked && strategy === undefined ? "Choose the strategy that gives its capital back." : undefined}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        ) : null}
        <TextInput
          label="Give up after"
          description="What could not be sold by then stays with the strategy, and you are told why"
          inputMode="numeric"
          value={hours}
          error={asked ? wrongHours : null}
          rightSection={<span className={unit.unit}>hours</span>}
          rightSectionWidth={58}
          rightSectionPointerEvents="none"
          onChange={(event) => setHours(event.currentTarget.value)}
        />
        {withdraw.isError ? (
          <Text role="alert" c="var(--bad)">
            {sentenceOf(withdraw.error)}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" color="red.8" loading={withdraw.isPending}>
            Stop and withdraw
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
