import { Autocomplete, NativeSelect } from "@mantine/core";
import { shownValue, storedValue } from "./config_value";
import { ConditionsInput } from "./ConditionsInput";
import { FormulaInput } from "./formula/FormulaInput";
import { fieldProblem, type ParameterField } from "./parameter_fields";
import { ParameterInput } from "./ParameterInput";

interface ConfigFieldProps {
  field: ParameterField;
  stored: unknown;
  /** What the server said, by the path of the setting. */
  problems: ReadonlyMap<string, string>;
  onChange: (value: unknown) => void;
}

/** One setting of a node, in the form its kind asks for. */
export function ConfigField({ field, stored, problems, onChange }: ConfigFieldProps) {
  if (field.kind === "conditions") {
    return <ConditionsInput label={field.label} metrics={field.metrics} value={stored} path={field.name} problems={problems} onChange={onChange} />;
  }
  const value = shownValue(field, stored);
  const text = typeof value === "string" ? value : "";
  // An untouched required field is no mistake yet; the server says so when it matters.
  const error = (stored === undefined ? null : fieldProblem(field, value)) ?? problems.get(field.name);
  const change = (typed: string | boolean) => onChange(storedValue(field, typed));
  const shared = { label: field.label, description: field.help, error };
  if (field.kind === "formula") return <FormulaInput {...shared} value={text} metrics={field.metrics} lengthMax={field.lengthMax} onChange={change} />;
  if (field.kind === "window") return <Autocomplete {...shared} data={field.offered} value={text} onChange={change} />;
  if (field.kind === "metric") {
    const options = field.metrics.map(({ name, title }) => ({ value: name, label: title }));
    const known = options.some((option) => option.value === text);
    return <NativeSelect {...shared} data={known ? options : [{ value: text, label: text }, ...options]} value={text} onChange={(event) => change(event.currentTarget.value)} />;
  }
  return <ParameterInput field={field} value={value} error={error} onChange={change} onBlur={() => undefined} />;
}
