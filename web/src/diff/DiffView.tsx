import { IconArrowRight, IconMinus, IconPencil, IconPlus, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./DiffView.module.css";
import type { DiffWords } from "./diff_words";
import type { ChangeWords } from "./setting_change_words";

/** Nodes, wires and settings that differ, in plain words. Nothing is said by colour alone. */
export function DiffView({ words, label = "What differs" }: { words: DiffWords; label?: string }) {
  const { added, removed, changed, wiresAdded, wiresRemoved, settings } = words;
  return (
    <ul className={classes.list} aria-label={label}>
      {added.map(({ id, title, lines }) => (
        <Entry key={`+${id}`} look="added" what="Node added" title={title} lines={lines} />
      ))}
      {removed.map(({ id, title, lines }) => (
        <Entry key={`-${id}`} look="removed" what="Node removed" title={title} lines={lines} />
      ))}
      {changed.map(({ id, title, changes }) => (
        <Entry key={id} look="changed" what="Node changed" title={title}>
          {changes.map((change) => (
            <Change key={change.title} change={change} />
          ))}
        </Entry>
      ))}
      {wiresAdded.map((wire) => (
        <Entry key={`+${wire}`} look="added" what="Wire added" title={wire} />
      ))}
      {wiresRemoved.map((wire) => (
        <Entry key={`-${wire}`} look="removed" what="Wire removed" title={wire} />
      ))}
      {settings.map((change) => (
        <Entry key={change.title} look="changed" what="Setting changed" title={change.title}>
          <p className={classes.change}>
            <Values change={change} />
          </p>
        </Entry>
      ))}
    </ul>
  );
}

const LOOKS: Record<"added" | "removed" | "changed", Icon> = { added: IconPlus, removed: IconMinus, changed: IconPencil };

interface EntryProps {
  look: keyof typeof LOOKS;
  what: string;
  title: string;
  lines?: string[];
  children?: ReactNode;
}

function Entry({ look, what, title, lines = [], children }: EntryProps) {
  const Look = LOOKS[look];
  return (
    <li className={classes.entry}>
      <Look size={15} className={classes[look]} aria-hidden />
      <div className={classes.body}>
        <p className={classes.title}>
          <span className={classes.what}>{what}</span> {title}
        </p>
        {lines.map((line) => (
          <p key={line} className={classes.change}>
            {line}
          </p>
        ))}
        {children}
      </div>
    </li>
  );
}

function Change({ change }: { change: ChangeWords }) {
  return (
    <p className={classes.change}>
      {change.title}: <Values change={change} />
    </p>
  );
}

function Values({ change }: { change: ChangeWords }) {
  return (
    <>
      <del>{change.before}</del> <IconArrowRight size={12} role="img" aria-label="is now" /> <ins>{change.after}</ins>
    </>
  );
}
