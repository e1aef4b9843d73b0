import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Form.module.css";
import type { FieldValue, ParameterField } from "./parameter_fields";

interface ParameterInputProps {
  field: ParameterField;
  value: FieldValue;
  error: ReactNode;
  onChange: (value: FieldValue) => void;
  onBlur: () => void;
}

export function ParameterInput({ field, value, error, onChange, onBlur }: ParameterInputProps) {
  const shared = { label: field.label, description: field.help, error, onBlur };
  if (field.kind === "switch") {
    return <Switch {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  const text = typeof value === "string" ? value : "";
  if (field.kind === "choice") {
    const options = field.required ? field.options : [{ value: "", label: "not set" }, ...field.options];
    return <NativeSelect {...shared} data={options} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  const numeric = field.kind === "decimal" || field.kind === "integer" || field.kind === "number";
  return (
    <TextInput
      {...shared}
      inputMode={field.kind === "integer" ? "numeric" : numeric ? "decimal" : "text"}
      value={text}
      placeholder={field.kind === "words" ? "separated by commas" : field.required ? undefined : "not set"}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={field.unit === null ? null : <span className={classes.unit}>{field.unit}</span>}
      rightSectionWidth={field.unit === null ? undefined : `calc(${field.unit.length}ch + 0.5rem)`}
      rightSectionPointerEvents="none"
    />
  );
}
