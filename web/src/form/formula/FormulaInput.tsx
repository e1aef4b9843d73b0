import { Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import type { MetricWords } from "../parameter_fields";

interface FormulaInputProps {
  label: string;
  description: string | null;
  error: ReactNode;
  value: string;
  metrics: MetricWords[];
  lengthMax: number | null;
  onChange: (value: string) => void;
}

export function FormulaInput({ label, description, error, value, onChange }: FormulaInputProps) {
  return <Textarea label={label} description={description} error={error} value={value} onChange={(event) => onChange(event.currentTarget.value)} autosize minRows={2} />;
}
