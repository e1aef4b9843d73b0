import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useEffect, useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { ApiProblem } from "@/api/problem";
import type { Graph, Strategy } from "@/api/types";
import { placeErrors, type PlacedErrors } from "@/pages/start_strategy/server_errors";
import { told, toldFailure } from "@/queries/commands";
import { useCreateStrategy } from "@/queries/strategies";
import { IntervalInput } from "@/ui/IntervalInput";
import { intervalChoice, intervalProblem, intervalSeconds as secondsOf } from "@/ui/interval_units";
import type { ServerProblem } from "./node_problems";

interface CreateDialogProps {
  opened: boolean;
  graph: Graph;
  name: string;
  intervalSeconds: number;
  onClose: () => void;
  /** It was made: nothing is lost by leaving. */
  onCreated: () => void;
  /** The graph is at fault, not what was filled in here. */
  onRefused: (problems: readonly ServerProblem[]) => void;
}

export function CreateDialog(props: CreateDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Save as a strategy" closeButtonProps={{ "aria-label": "Close" }}>
      <CreateForm {...props} />
    </Modal>
  );
}

function CreateForm({ graph, name: suggested, intervalSeconds, onClose, onCreated, onRefused }: CreateDialogProps) {
  const create = useCreateStrategy();
  const navigate = useNavigate();
  const [name, setName] = useState(suggested);
  const [interval, setInterval] = useState(intervalChoice(intervalSeconds));
  const [allocation, setAllocation] = useState("500");
  const [errors, setErrors] = useState<PlacedErrors>({ fields: {}, general: [] });
  const [made, setMade] = useState<Strategy | null>(null);
  useEffect(() => {
    // Leaves only after the page has been told that there is nothing to lose.
    if (made !== null) void navigate(`/strategies/${made.id}`);
  }, [made, navigate]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields: Record<string, string> = {};
    if (name.trim() === "") fields.name = "Give it a name.";
    if (!/^\d+(\.\d{1,6})?$/.test(allocation.trim()) || Number(allocation) <= 0) fields.allocation = "Must be an amount of USDC above 0.";
    const wrong = intervalProblem(interval);
    if (wrong !== null) fields.interval = wrong;
    setErrors({ fields, general: [] });
    if (Object.keys(fields).length > 0) return;
    create.mutate(
      { name: name.trim(), interval_seconds: secondsOf(interval), allocation: allocation.trim(), graph: { ...graph }, start: false },
      {
        onSuccess: (strategy) => {
          told(`${strategy.name} is saved. Start it when you like.`);
          onCreated();
          setMade(strategy);
        },
        onError: (error) => {
          if (error instanceof ApiProblem && error.code === "invalid_graph") {
            onRefused(error.lines);
            toldFailure("The strategy was not saved", error);
          } else setErrors(placeErrors(error, []));
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput label="Name" value={name} error={errors.fields.name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <IntervalInput value={interval} onChange={setInterval} error={errors.fields.interval} />
        <TextInput
          label="Allocation"
          description="Paper capital it may use, at most, in USDC"
          inputMode="decimal"
          value={allocation}
          error={errors.fields.allocation}
          onChange={(event) => setAllocation(event.currentTarget.value)}
        />
        {errors.general.length === 0 ? null : (
          <p role="alert" style={{ margin: 0, color: "var(--bad)" }}>
            {errors.general.join(" ")}
          </p>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Save strategy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
