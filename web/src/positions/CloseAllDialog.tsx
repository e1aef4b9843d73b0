import { Confirm } from "@/ui/Confirm";
import { useCloseAll } from "@/queries/positions";

interface CloseAllDialogProps {
  /** Null: of all strategies. */
  strategyId: string | null;
  opened: boolean;
  onClose: () => void;
}

export function CloseAllDialog({ strategyId, opened, onClose }: CloseAllDialogProps) {
  const closeAll = useCloseAll();
  const whose = strategyId === null ? "of every strategy" : "of this strategy";
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title="Close all positions?"
      action="Sell everything"
      busy={closeAll.isPending}
      onConfirm={() => closeAll.mutate(strategyId, { onSettled: onClose })}
    >
      Everything that is held {whose} is sold at the best bids there are, and tried again until nothing is left. Strategies that run go on and may buy again; to keep them from it, stop them or halt trading.
    </Confirm>
  );
}
