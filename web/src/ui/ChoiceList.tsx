import { Radio, Stack } from "@mantine/core";

export interface Choice<T extends string> {
  value: T;
  label: string;
  /** What follows from it, in a sentence. */
  says: string;
}

interface ChoiceListProps<T extends string> {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, each with its consequence. */
export function ChoiceList<T extends string>({ label, choices, value, onChange }: ChoiceListProps<T>) {
  const change = (chosen: string) => {
    const found = choices.find((choice) => choice.value === chosen);
    if (found !== undefined) onChange(found.value);
  };
  return (
    <Radio.Group label={label} value={value} onChange={change}>
      <Stack gap="sm" mt="xs">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} label={choice.label} description={choice.says} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
