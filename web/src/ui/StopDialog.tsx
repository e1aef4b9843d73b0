import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { StopChoice } from "@/api/types";
import { ChoiceList, type Choice } from "./ChoiceList";

interface StopDialogProps {
  name: string;
  /** What a Stop before this one chose; null while it runs. */
  present: StopChoice | null;
  opened: boolean;
  onClose: () => void;
  onConfirm: (choice: StopChoice) => void;
}

const CHOICES: readonly Choice<StopChoice>[] = [
  { value: "keep", label: "Keep positions", says: "Resting purchases are cancelled. Positions stay, and their exits go on watching and selling." },
  { value: "cancel", label: "Cancel orders", says: "Also orders that are being sent are cancelled as soon as the venue answers. Positions stay with their exits." },
  { value: "flatten", label: "Sell everything", says: "Orders are cancelled and every position is sold at the best bids, again and again until nothing is left." },
];

const ACTIONS: Record<StopChoice, string> = { keep: "Stop strategy", cancel: "Stop and cancel orders", flatten: "Stop and sell everything" };

export function StopDialog(props: StopDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.present === null ? `Stop ${props.name}?` : `What ${props.name} still has`} closeButtonProps={{ "aria-label": "Close" }}>
      <StopForm {...props} />
    </Modal>
  );
}

/** Lives only while the dialog is open, so that it always begins with the mildest choice. */
function StopForm({ present, onClose, onConfirm }: StopDialogProps) {
  const [choice, setChoice] = useState<StopChoice>(present ?? "keep");
  return (
    <Stack gap="md">
      <Text>
        {present === null
          ? "Stop is final for this run: no further executions, and whatever was waiting is dropped. Starting again begins a new run that continues the execution numbering. To halt for a while, use Pause."
          : "It is stopped. What happens to its orders and positions can still be changed."}
      </Text>
      <ChoiceList label="Orders and positions" choices={CHOICES} value={choice} onChange={setChoice} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red.8"
          disabled={choice === present}
          onClick={() => {
            onClose();
            onConfirm(choice);
          }}
        >
          {present === null ? ACTIONS[choice] : CHOICES.find(({ value }) => value === choice)?.label}
        </Button>
      </Group>
    </Stack>
  );
}
