import { ActionIcon } from "@mantine/core";
import { IconPin, IconPinFilled, IconX } from "@tabler/icons-react";
import type { WatchlistEntry } from "@/api/types";
import { useNow } from "@/clock/now";
import { cents, shortUsdc } from "@/format/number";
import { Moment } from "@/ui/Moment";
import table from "../Table.module.css";
import { expiryWords, noted } from "./entry_words";
import classes from "./Watchlist.module.css";

interface WatchlistRowProps {
  entry: WatchlistEntry;
  titles: ReadonlyMap<string, string>;
  pinning: boolean;
  onPin: () => void;
  onRemove: () => void;
}

export function WatchlistRow({ entry, titles, pinning, onPin, onRemove }: WatchlistRowProps) {
  const removed = entry.removed_at !== null;
  return (
    <tr>
      <td className={table.question}>
        {entry.question}
        {entry.reason === null || entry.reason === "" ? null : <span className={table.sub}>{entry.reason}</span>}
        {removed ? (
          <span className={classes.left}>
            Left <Moment at={entry.removed_at} />
            {entry.removed_reason === null || entry.removed_reason === "" ? "" : `: ${entry.removed_reason}`}
          </span>
        ) : (
          <Expiry entry={entry} />
        )}
        <Verdicts entry={entry} titles={titles} />
      </td>
      <td className={table.num} data-label="Price then">
        {cents(noted(entry, "price"))}
      </td>
      <td className={table.num} data-label="Volume then">
        {shortUsdc(noted(entry, "volume"))}
      </td>
      <td className={table.quiet} data-label="Added">
        <Moment at={entry.added_at} />
      </td>
      <td className={table.num}>
        {removed ? null : (
          <span className={classes.actions}>
            <ActionIcon variant="subtle" color="gray" aria-label={`${entry.pinned ? "Unpin" : "Pin"} ${entry.question}`} aria-pressed={entry.pinned} loading={pinning} onClick={onPin}>
              {entry.pinned ? <IconPinFilled size={16} aria-hidden /> : <IconPin size={16} aria-hidden />}
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${entry.question}`} onClick={onRemove}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </span>
        )}
      </td>
    </tr>
  );
}

function Expiry({ entry }: { entry: WatchlistEntry }) {
  const expiry = expiryWords(entry, useNow());
  if (expiry === null) return null;
  return <span className={expiry.soon ? classes.soon : table.sub}>{expiry.words}</span>;
}

/** The last sentence of each node that judged the market, newest first. */
function Verdicts({ entry, titles }: Pick<WatchlistRowProps, "entry" | "titles">) {
  const [newest] = entry.verdicts;
  if (newest === undefined) return null;
  return (
    <details className={classes.verdicts}>
      <summary>
        {titles.get(newest.node_id) ?? newest.node_id}: {newest.sentence}
      </summary>
      <ul>
        {entry.verdicts.map(({ node_id: id, port, sentence, at, number }) => (
          <li key={id}>
            <b>{titles.get(id) ?? id}</b> {port === null ? "" : `${port}: `}
            {sentence}
            <span>
              since execution #{number}, <Moment at={at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
