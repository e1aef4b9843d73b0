import { Confirm } from "./Confirm";

interface StopDialogProps {
  name: string;
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

export function StopDialog({ name, opened, onClose, onConfirm }: StopDialogProps) {
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Stop ${name}?`}
      action="Stop strategy"
      onConfirm={() => {
        onClose();
        onConfirm();
      }}
    >
      Stop is final for this run: no further executions, and whatever was waiting is dropped. Paper positions are kept. Starting again
      begins a new run that continues the execution numbering. To halt for a while, use Pause.
    </Confirm>
  );
}
