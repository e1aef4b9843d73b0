import { Button } from "@mantine/core";
import { IconFolderPlus, IconPlus } from "@tabler/icons-react";
import classes from "./Conditions.module.css";
import type { MetricWords } from "./parameter_fields";
import { isComparison, groupKind, makeGroup, memberPath, newComparison, readRules, type GroupKind, type Rule } from "./rule";
import { ComparisonRow, GroupBox } from "./RuleRow";

const DEPTH_MAX = 4;
const RULES_MAX = 50;

interface ConditionsInputProps {
  label: string;
  metrics: MetricWords[];
  value: unknown;
  /** The setting's name, as problems call it. */
  path: string;
  problems: ReadonlyMap<string, string>;
  onChange: (rules: Rule[]) => void;
}

/** Comparisons, and groups of them as deep as one likes. */
export function ConditionsInput({ label, metrics, value, path, problems, onChange }: ConditionsInputProps) {
  const rules = readRules(value);
  const own = problems.get(path);
  return (
    <fieldset className={classes.conditions}>
      <legend>{label}</legend>
      <RuleList rules={rules} kind={null} path={path} metrics={metrics} problems={problems} depth={0} onChange={onChange} />
      {own === undefined ? null : (
        <p className={classes.error} role="alert">
          {own}
        </p>
      )}
    </fieldset>
  );
}

interface RuleListProps {
  rules: Rule[];
  /** Of the group they are in; null: the node's own list. */
  kind: GroupKind | null;
  path: string;
  metrics: MetricWords[];
  problems: ReadonlyMap<string, string>;
  depth: number;
  onChange: (rules: Rule[]) => void;
}

export function RuleList({ rules, kind, path, metrics, problems, depth, onChange }: RuleListProps) {
  const first = metrics[0]?.name ?? "";
  const replace = (place: number, rule: Rule) => onChange(rules.map((other, index) => (index === place ? rule : other)));
  const remove = (place: number) => onChange(rules.filter((_, index) => index !== place));
  const more = rules.length < RULES_MAX && (kind !== "not" || rules.length === 0);
  return (
    <div className={classes.rules}>
      {rules.map((rule, place) => {
        const at = memberPath(path, kind, place);
        const shared = { place: place + 1, path: at, metrics, problems, onRemove: () => remove(place) };
        return isComparison(rule) ? (
          <ComparisonRow key={place} rule={rule} onChange={(changed) => replace(place, changed)} {...shared} />
        ) : (
          <GroupBox key={place} rule={rule} kind={groupKind(rule) ?? "all"} depth={depth + 1} onChange={(changed) => replace(place, changed)} {...shared} />
        );
      })}
      {more ? (
        <div className={classes.adders}>
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => onChange([...rules, newComparison(first)])}>
            Add condition
          </Button>
          {depth < DEPTH_MAX ? (
            <Button size="compact-sm" variant="default" leftSection={<IconFolderPlus size={14} aria-hidden />} onClick={() => onChange([...rules, makeGroup("any", [newComparison(first)])])}>
              Add group
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
