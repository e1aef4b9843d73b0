import { Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { ApiProblem } from "@/api/problem";
import type { Graph, Strategy } from "@/api/types";
import { NewStrategyForm, type NewStrategy } from "@/pages/start_strategy/NewStrategyForm";
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
  const [interval, setInterval] = useState(intervalChoice(intervalSeconds));
  const [errors, setErrors] = useState<PlacedErrors>({ fields: {}, general: [] });
  const [made, setMade] = useState<Strategy | null>(null);
  useEffect(() => {
    // Leaves only after the page has been told that there is nothing to lose.
    if (made !== null) void navigate(`/strategies/${made.id}`);
  }, [made, navigate]);
  const check = () => {
    const wrong = intervalProblem(interval);
    setErrors({ fields: wrong === null ? {} : { interval: wrong }, general: [] });
    return wrong === null;
  };
  const save = ({ name, allocation }: NewStrategy) =>
    create.mutate(
      { name, interval_seconds: secondsOf(interval), allocation, graph: { ...graph }, start: false },
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
  const general =
    errors.general.length === 0 ? null : (
      <p role="alert" style={{ margin: 0, color: "var(--bad)" }}>
        {errors.general.join(" ")}
      </p>
    );
  return (
    <NewStrategyForm suggestedName={suggested} action="Save strategy" busy={create.isPending} errors={errors.fields} general={general} onCheck={check} onSubmit={save} onClose={onClose}>
      <IntervalInput value={interval} onChange={setInterval} error={errors.fields.interval} />
    </NewStrategyForm>
  );
}
