import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { TradingState } from "@/api/types";
import { useSetTradingState } from "@/queries/trading_state";
import { ChoiceList, type Choice } from "@/ui/ChoiceList";

interface TradingDialogProps {
  present: TradingState;
  opened: boolean;
  onClose: () => void;
}

type State = TradingState["state"];

const STATES: readonly Choice<State>[] = [
  { value: "active", label: "Active", says: "Every strategy trades by its own rules." },
  { value: "reducing", label: "Reducing", says: "Nothing is bought any more, resting purchases are cancelled; positions are still sold." },
  { value: "halted", label: "Halt all", says: "Nothing new is bought from this moment on and open orders are cancelled, for every strategy, also after a restart. It stays so until you reset it." },
];

type Exits = TradingState["exits"];

const EXITS: readonly Choice<Exits>[] = [
  { value: "go_on", label: "Exits go on", says: "Stop losses and the like still sell what you hold." },
  { value: "stop", label: "Exits stop too", says: "Nothing is sold either, whatever the price does." },
];

const ACTIONS: Record<State, string> = { active: "Let trading go on", reducing: "Reduce only", halted: "Halt all" };

export function TradingDialog({ present, opened, onClose }: TradingDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Trading, all strategies" closeButtonProps={{ "aria-label": "Close" }}>
      <TradingForm present={present} onClose={onClose} />
    </Modal>
  );
}

/** Lives only while the dialog is open, so that it begins with what one most likely wants: the other way. */
function TradingForm({ present, onClose }: Omit<TradingDialogProps, "opened">) {
  const change = useSetTradingState();
  const [state, setState] = useState<State>(present.state === "active" ? "halted" : "active");
  const [exits, setExits] = useState<Exits>(present.state === "halted" ? present.exits : "go_on");
  const [reason, setReason] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate({ state, reason: reason.trim() === "" ? null : reason.trim(), ...(state === "halted" ? { exits } : {}) }, { onSuccess: onClose });
  };
  const same = state === present.state && (state !== "halted" || exits === present.exits);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ChoiceList label="What may happen" choices={STATES} value={state} onChange={setState} />
        {state === "halted" ? <ChoiceList label="Exits of positions" choices={EXITS} value={exits} onChange={setExits} /> : null}
        <TextInput label="Reason" placeholder="for the timeline, may stay empty" maxLength={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {change.isError ? (
          <Text role="alert" c="var(--bad)">
            {sentenceOf(change.error)}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" color={state === "halted" ? "red.8" : undefined} loading={change.isPending} disabled={same}>
            {ACTIONS[state]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
