import { ActionIcon, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import unit from "@/form/Form.module.css";
import { wordsOf, type DraftProblems, type ExitDraft } from "./exit_rule";
import classes from "./Exits.module.css";

interface ExitFieldsProps {
  draft: ExitDraft;
  /** From 1, for its name. */
  place: number;
  problems: DraftProblems;
  onChange: (draft: ExitDraft) => void;
  onRemove: () => void;
}

/** One rule: what it watches, and below it what people seldom change. */
export function ExitFields({ draft, place, problems, onChange, onRemove }: ExitFieldsProps) {
  const words = wordsOf(draft.kind);
  const field = (name: keyof ExitDraft, label: string, suffix: string, help?: string) => (
    <TextInput
      label={label}
      description={help}
      inputMode="decimal"
      value={draft[name] ?? ""}
      error={problems[name]}
      rightSection={<span className={unit.unit}>{suffix}</span>}
      rightSectionWidth={`calc(${suffix.length}ch + 1.25rem)`}
      rightSectionPointerEvents="none"
      onChange={(event) => onChange({ ...draft, [name]: event.currentTarget.value })}
    />
  );
  const byPrice = words.priced && draft.measure === "price";
  const hidden = (["hold", "part", "floor", "slippage"] as const).some((name) => problems[name] !== undefined);
  return (
    <fieldset className={classes.rule} aria-label={`${words.title}, rule ${place}`}>
      <div className={classes.ruleHead}>
        <span>
          <b>{words.title}</b> {words.says}
        </span>
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${words.title}, rule ${place}`} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
      <div className={classes.fields}>
        {words.priced ? (
          <NativeSelect
            label="Measured"
            data={[
              { value: "percent", label: "in per cent of the entry price" },
              { value: "price", label: "as a price" },
            ]}
            value={draft.measure}
            onChange={(event) => onChange({ ...draft, measure: event.currentTarget.value === "price" ? "price" : "percent" })}
          />
        ) : null}
        {words.percent === null ? field("minutes", draft.kind === "time_exit" ? "After" : "Before the end", "minutes") : byPrice ? field("cents", "Price", "¢") : field("percent", words.percent, "%")}
        {draft.kind === "trailing_stop" ? field("activation", "Sleeps until the gain was", "%", "Empty: it watches from the start") : null}
      </div>
      <details className={classes.more} open={hidden || undefined}>
        <summary>How it sells</summary>
        <div className={classes.fields}>
          {field("part", "Sells", "%", "Of the shares held then")}
          {words.percent === null ? null : field("hold", "Must hold for", "seconds", "A price that jumps back sells nothing")}
          {field("floor", "Never below", "¢", "Empty: any price. What is not sold waits for a better bid")}
          {field("slippage", "Below the best bid at most", "%", "Empty: down to the floor")}
        </div>
      </details>
    </fieldset>
  );
}
