import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { draftProblems, EXIT_KINDS, newDraft, RULES_MAX, type ExitDraft } from "./exit_rule";
import { ExitFields } from "./ExitFields";
import classes from "./Exits.module.css";

interface ExitsFormProps {
  drafts: readonly ExitDraft[];
  /** Faults are shown from the first attempt to save on. */
  asked: boolean;
  onChange: (drafts: ExitDraft[]) => void;
}

/** Several rules of one position, also several of one kind. */
export function ExitsForm({ drafts, asked, onChange }: ExitsFormProps) {
  const replace = (place: number, draft: ExitDraft) => onChange(drafts.map((other, index) => (index === place ? draft : other)));
  return (
    <div className={classes.rules}>
      {drafts.length === 0 ? <p className={classes.none}>No rule: it is held until you or the graph sells it, or the market ends.</p> : null}
      {drafts.map((draft, place) => (
        <ExitFields
          key={draft.rule ?? `new-${place}`}
          draft={draft}
          place={place + 1}
          problems={asked ? draftProblems(draft) : {}}
          onChange={(changed) => replace(place, changed)}
          onRemove={() => onChange(drafts.filter((_, index) => index !== place))}
        />
      ))}
      {drafts.length >= RULES_MAX ? null : (
        <Menu position="bottom-start" width={280}>
          <Menu.Target>
            <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} className={classes.add}>
              Add a rule
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {EXIT_KINDS.map(({ kind, title }) => (
              <Menu.Item key={kind} onClick={() => onChange([...drafts, newDraft(kind)])}>
                {title}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
