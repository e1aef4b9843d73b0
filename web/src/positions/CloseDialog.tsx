import { Button, Group, Modal, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { Position } from "@/api/types";
import unit from "@/form/Form.module.css";
import { useClosePosition } from "@/queries/positions";
import { ChoiceList, type Choice } from "@/ui/ChoiceList";
import { CLOSE_FIRST, closeBody, closeProblems, closeWords, sharesMeant, type CloseValues } from "./close_form";
import classes from "./Positions.module.css";

interface CloseDialogProps {
  /** Null: closed. */
  position: Position | null;
  onClose: () => void;
}

export function CloseDialog({ position, onClose }: CloseDialogProps) {
  return (
    <Modal opened={position !== null} onClose={onClose} title={`Close ${position?.outcome ?? ""}`} closeButtonProps={{ "aria-label": "Close" }}>
      {position === null ? null : <CloseForm key={position.id} position={position} onClose={onClose} />}
    </Modal>
  );
}

const MEASURES: readonly Choice<CloseValues["measure"]>[] = [
  { value: "all", label: "All of it", says: "Until nothing is left." },
  { value: "part", label: "A part", says: "In per cent of what is held." },
  { value: "shares", label: "Shares", says: "So many shares." },
];

function CloseForm({ position, onClose }: { position: Position; onClose: () => void }) {
  const close = useClosePosition(position);
  const [values, setValues] = useState(CLOSE_FIRST);
  const [asked, setAsked] = useState(false);
  const held = { outcome: position.outcome, shares: position.shares, offered: position.offered_shares, bid: position.mark?.price ?? null };
  const problems = asked ? closeProblems(values, held) : {};
  const change = (part: Partial<CloseValues>) => {
    close.reset();
    setValues({ ...values, ...part });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    if (Object.keys(closeProblems(values, held)).length === 0) close.mutate(closeBody(values), { onSuccess: onClose });
  };
  const field = (name: "percent" | "shares" | "limit" | "floor" | "slippage", label: string, suffix: string, help?: string) => (
    <TextInput
      label={label}
      description={help}
      inputMode="decimal"
      value={values[name]}
      error={problems[name]}
      rightSection={<span className={unit.unit}>{suffix}</span>}
      rightSectionWidth={`calc(${suffix.length}ch + 1.25rem)`}
      rightSectionPointerEvents="none"
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  const market = values.orderType === "market";
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <p className={classes.about}>{position.question}</p>
        <ChoiceList label="How much" choices={MEASURES} value={values.measure} onChange={(measure) => change({ measure })} />
        {values.measure === "part" ? field("percent", "Part", "%") : null}
        {values.measure === "shares" ? field("shares", "Shares to sell", "shares") : null}
        <NativeSelect
          label="Order"
          data={[
            { value: "market", label: "market: the best bids there are now" },
            { value: "limit", label: "limit: rests at your price" },
          ]}
          value={values.orderType}
          onChange={(event) => change({ orderType: event.currentTarget.value === "limit" ? "limit" : "market" })}
        />
        {market ? field("floor", "Never below", "¢", "Empty: any price there is") : field("limit", "Limit price", "¢")}
        {market ? field("slippage", "Below the best bid at most", "%", "Empty: down to the floor") : null}
        {market ? <Switch label="Try again until all of it is sold" checked={values.persistent} onChange={(event) => change({ persistent: event.currentTarget.checked })} /> : null}
        <p className={classes.outcome} aria-live="polite">
          {closeWords(values, held)}
        </p>
        {close.isError ? (
          <p role="alert" className={classes.refused}>
            {sentenceOf(close.error)}
          </p>
        ) : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" color="red.8" loading={close.isPending} disabled={sharesMeant(values, held) === null}>
            {market ? "Sell now" : "Offer for sale"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
