import { ActionIcon, Button } from "@mantine/core";
import { IconEye, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { WatchlistEntry } from "@/api/types";
import { cents, shortUsdc } from "@/format/number";
import { useRemoveFromWatchlist } from "@/queries/commands";
import { useWatchlist } from "@/queries/strategy";
import { Confirm } from "@/ui/Confirm";
import { Moment } from "@/ui/Moment";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import classes from "./Table.module.css";

function noted(entry: WatchlistEntry, name: string): string | null {
  const value = entry.metadata[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

export function Watchlist({ strategyId }: { strategyId: string }) {
  const watchlist = useWatchlist(strategyId);
  const remove = useRemoveFromWatchlist(strategyId);
  const [chosen, setChosen] = useState<WatchlistEntry | null>(null);
  if (watchlist.isPending) return <SectionSkeleton />;
  if (watchlist.data === undefined) {
    return <Failure what="The watchlist could not be loaded" error={watchlist.error} onRetry={() => void watchlist.refetch()} />;
  }
  const entries = watchlist.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    return <Notice icon={<IconEye size={28} aria-hidden />} title="Nothing on the watchlist" text="Markets appear here when an execution adds them." />;
  }
  return (
    <>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <caption hidden>Markets on the watchlist</caption>
          <thead>
            <tr>
              <th scope="col">Market</th>
              <th scope="col" className={classes.num}>
                Price then
              </th>
              <th scope="col" className={classes.num}>
                Volume then
              </th>
              <th scope="col">Added</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <td className={classes.question}>
                  {entry.question}
                  {entry.reason === null || entry.reason === "" ? null : <span className={classes.sub}>{entry.reason}</span>}
                </td>
                <td className={classes.num} data-label="Price then">
                  {cents(noted(entry, "price"))}
                </td>
                <td className={classes.num} data-label="Volume then">
                  {shortUsdc(noted(entry, "volume"))}
                </td>
                <td className={classes.quiet} data-label="Added">
                  <Moment at={entry.added_at} />
                </td>
                <td className={classes.num}>
                  <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${entry.question}`} onClick={() => setChosen(entry)}>
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {watchlist.hasNextPage ? (
        <div className={classes.more}>
          <Button variant="default" size="xs" loading={watchlist.isFetchingNextPage} onClick={() => void watchlist.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
      <Confirm
        opened={chosen !== null}
        onClose={() => setChosen(null)}
        title="Remove from the watchlist?"
        action="Remove"
        busy={remove.isPending}
        onConfirm={() => {
          if (chosen !== null) remove.mutate(chosen.id, { onSettled: () => setChosen(null) });
        }}
      >
        “{chosen?.question}” is no longer watched. A later execution may add it again while it meets the strategy’s rules.
      </Confirm>
    </>
  );
}
