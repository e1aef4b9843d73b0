import { ActionIcon, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import classes from "./Conditions.module.css";
import { RuleList } from "./ConditionsInput";
import form from "./Form.module.css";
import type { MetricWords } from "./parameter_fields";
import { makeGroup, members, OPERATORS, regroup, type Comparison, type GroupKind, type Rule } from "./rule";

interface RowProps {
  /** From 1, for its name. */
  place: number;
  path: string;
  metrics: MetricWords[];
  problems: ReadonlyMap<string, string>;
  onChange: (rule: Rule) => void;
  onRemove: () => void;
}

export function ComparisonRow({ rule, place, path, metrics, problems, onChange, onRemove }: RowProps & { rule: Comparison }) {
  const metric = metrics.find(({ name }) => name === rule.metric);
  const offered = metrics.map(({ name, title }) => ({ value: name, label: title }));
  const options = metric === undefined ? [{ value: rule.metric, label: rule.metric === "" ? "choose…" : rule.metric }, ...offered] : offered;
  const error = [".value", ".metric", ".op", ""].map((part) => problems.get(path + part)).find((said) => said !== undefined);
  const unit = metric?.unit ?? "";
  return (
    <div className={classes.row} role="group" aria-label={`Condition ${place}`}>
      <NativeSelect aria-label="Number" className={classes.metric} data={options} value={rule.metric} title={metric?.description} onChange={(event) => onChange({ ...rule, metric: event.currentTarget.value })} />
      <NativeSelect aria-label="Compared" className={classes.op} data={[...OPERATORS]} value={rule.op} onChange={(event) => onChange({ ...rule, op: event.currentTarget.value })} />
      <TextInput
        aria-label="Value"
        className={classes.value}
        inputMode="decimal"
        value={rule.value}
        error={error}
        rightSection={unit === "" ? null : <span className={form.unit}>{unit}</span>}
        rightSectionWidth={unit === "" ? undefined : `calc(${unit.length}ch + 0.5rem)`}
        rightSectionPointerEvents="none"
        onChange={(event) => onChange({ ...rule, value: event.currentTarget.value })}
      />
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Remove condition ${place}`} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

const KINDS = [
  { value: "all", label: "all of these hold" },
  { value: "any", label: "at least one of these holds" },
  { value: "not", label: "this does not hold" },
];

function asKind(value: string): GroupKind {
  return value === "any" || value === "not" ? value : "all";
}

export function GroupBox({ rule, kind, depth, place, path, metrics, problems, onChange, onRemove }: RowProps & { rule: Rule; kind: GroupKind; depth: number }) {
  return (
    <div className={classes.group} role="group" aria-label={`Group ${place}`}>
      <div className={classes.row}>
        <NativeSelect aria-label="How the group counts" className={classes.kind} data={KINDS} value={kind} onChange={(event) => onChange(regroup(rule, asKind(event.currentTarget.value)))} />
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Remove group ${place}`} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      <RuleList
        rules={members(rule)}
        kind={kind}
        path={path}
        metrics={metrics}
        problems={problems}
        depth={depth}
        onChange={(rules) => (rules.length === 0 ? onRemove() : onChange(makeGroup(kind, rules)))}
      />
    </div>
  );
}
