import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { Market } from "@/api/types";
import { useAddEntry } from "@/queries/watchlist";
import { MarketSelect } from "@/ui/MarketSelect";

interface AddMarketDialogProps {
  strategyId: string;
  opened: boolean;
  onClose: () => void;
}

export function AddMarketDialog({ strategyId, opened, onClose }: AddMarketDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Watch a market" closeButtonProps={{ "aria-label": "Close" }}>
      <AddMarketForm strategyId={strategyId} onClose={onClose} />
    </Modal>
  );
}

function AddMarketForm({ strategyId, onClose }: Omit<AddMarketDialogProps, "opened">) {
  const add = useAddEntry(strategyId);
  const [market, setMarket] = useState<Market | null>(null);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (market === null) {
      setError("Choose a market.");
      return;
    }
    setError(null);
    add.mutate({ market_id: market.id, reason: reason.trim() === "" ? null : reason.trim() }, { onSuccess: onClose, onError: (refused) => setError(sentenceOf(refused)) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <MarketSelect label="Market" value={market} error={error} onChange={setMarket} />
        <TextInput label="Reason" placeholder="added by hand" maxLength={300} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Watch it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
