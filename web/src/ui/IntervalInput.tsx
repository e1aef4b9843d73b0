import { Group, Input, NativeSelect, TextInput } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { INTERVAL_UNITS, type IntervalChoice } from "./interval_units";

interface IntervalInputProps {
  value: IntervalChoice;
  onChange: (value: IntervalChoice) => void;
  error?: ReactNode;
  description?: string;
}

export function IntervalInput({ value, onChange, error, description }: IntervalInputProps) {
  const id = useId();
  return (
    <Input.Wrapper label="Execution interval" id={id} error={error} description={description}>
      <Group gap="xs" wrap="nowrap" mb={3}>
        <TextInput
          id={id}
          inputMode="numeric"
          error={Boolean(error)}
          value={value.count}
          onChange={(event) => onChange({ ...value, count: event.currentTarget.value })}
          w={96}
        />
        <NativeSelect
          aria-label="Unit of the interval"
          data={[...INTERVAL_UNITS]}
          value={value.unit}
          onChange={(event) => onChange({ ...value, unit: event.currentTarget.value })}
          flex={1}
        />
      </Group>
    </Input.Wrapper>
  );
}
