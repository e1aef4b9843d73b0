import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode, type SubmitEvent } from "react";

export interface NewStrategy {
  name: string;
  allocation: string;
}

type FieldErrors = Partial<Record<string, string>>;

interface NewStrategyFormProps {
  suggestedName: string;
  /** The button. */
  action: string;
  busy: boolean;
  /** What the server said, by field. */
  errors: FieldErrors;
  intro?: ReactNode;
  /** Further fields, between name and allocation. */
  children?: ReactNode;
  /** What is wrong and belongs to no field. */
  general: ReactNode;
  /** Called with every attempt; nothing is sent when a further field is wrong (false). */
  onCheck: () => boolean;
  onSubmit: (made: NewStrategy) => void;
  onClose: () => void;
}

/** Name and allocation of a strategy that is made from something at hand: a drawn graph, or a file. */
export function NewStrategyForm(props: NewStrategyFormProps) {
  const [name, setName] = useState(props.suggestedName);
  const [allocation, setAllocation] = useState("500");
  const [own, setOwn] = useState<FieldErrors>({});
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = newStrategyProblems({ name, allocation });
    setOwn(found);
    const furtherAreRight = props.onCheck();
    if (Object.keys(found).length === 0 && furtherAreRight) props.onSubmit({ name: name.trim(), allocation: allocation.trim() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {props.intro}
        <TextInput label="Name" value={name} error={own.name ?? props.errors.name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        {props.children}
        <TextInput
          label="Allocation"
          description="Paper capital it may use, at most, in USDC"
          inputMode="decimal"
          value={allocation}
          error={own.allocation ?? props.errors.allocation}
          onChange={(event) => setAllocation(event.currentTarget.value)}
        />
        {props.general}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={props.busy}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function newStrategyProblems({ name, allocation }: NewStrategy): FieldErrors {
  const problems: FieldErrors = {};
  if (name.trim() === "") problems.name = "Give it a name.";
  if (!/^\d+(\.\d{1,6})?$/.test(allocation.trim()) || Number(allocation) <= 0) problems.allocation = "Must be an amount of USDC above 0.";
  return problems;
}
