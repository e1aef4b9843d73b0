import { Button, Switch } from "@mantine/core";
import { IconEye, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { WatchlistEntry } from "@/api/types";
import { nodeTitle } from "@/graph/node_types";
import { useRemoveFromWatchlist } from "@/queries/commands";
import { useGraph, useNodeTypes, useWatchlist } from "@/queries/strategy";
import { usePinEntry } from "@/queries/watchlist";
import { Confirm } from "@/ui/Confirm";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import table from "../Table.module.css";
import { AddMarketDialog } from "./AddMarketDialog";
import classes from "./Watchlist.module.css";
import { WatchlistRow } from "./WatchlistRow";

/** Markets that are watched, and on wish those that have left, with why. */
export function Watchlist({ strategyId }: { strategyId: string }) {
  const [history, setHistory] = useState(false);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div className={classes.tools}>
        <Button size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setAdding(true)}>
          Watch a market
        </Button>
        <Switch label="Show markets that have left" checked={history} onChange={(event) => setHistory(event.currentTarget.checked)} />
      </div>
      <Entries key={String(history)} strategyId={strategyId} history={history} />
      <AddMarketDialog strategyId={strategyId} opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function useNodeTitles(strategyId: string): ReadonlyMap<string, string> {
  const graph = useGraph(strategyId);
  const types = useNodeTypes();
  return new Map((graph.data?.graph.nodes ?? []).map((node) => [node.id, nodeTitle(node, types.data?.items ?? [])]));
}

function Entries({ strategyId, history }: { strategyId: string; history: boolean }) {
  const watchlist = useWatchlist(strategyId, history);
  const remove = useRemoveFromWatchlist(strategyId);
  const pin = usePinEntry(strategyId);
  const titles = useNodeTitles(strategyId);
  const [chosen, setChosen] = useState<WatchlistEntry | null>(null);
  if (watchlist.isPending) return <SectionSkeleton />;
  if (watchlist.data === undefined) {
    return <Failure what="The watchlist could not be loaded" error={watchlist.error} onRetry={() => void watchlist.refetch()} />;
  }
  const entries = watchlist.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    return (
      <Notice
        icon={<IconEye size={28} aria-hidden />}
        title={history ? "Nothing was ever on the watchlist" : "Nothing on the watchlist"}
        text="Markets appear here when an execution adds them, or when you do."
      />
    );
  }
  return (
    <>
      <div className={table.scroll}>
        <table className={table.table}>
          <caption hidden>{history ? "Markets on the watchlist and those that have left" : "Markets on the watchlist"}</caption>
          <thead>
            <tr>
              <th scope="col">Market</th>
              <th scope="col" className={table.num}>
                Price then
              </th>
              <th scope="col" className={table.num}>
                Volume then
              </th>
              <th scope="col">Added</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <WatchlistRow
                key={entry.id}
                entry={entry}
                titles={titles}
                pinning={pin.isPending && pin.variables.id === entry.id}
                onPin={() => pin.mutate({ id: entry.id, pinned: !entry.pinned })}
                onRemove={() => setChosen(entry)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {watchlist.hasNextPage ? (
        <div className={table.more}>
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
