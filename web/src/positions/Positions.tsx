import { Button, SegmentedControl } from "@mantine/core";
import { IconBriefcase2, IconCoins } from "@tabler/icons-react";
import { useState } from "react";
import type { Position } from "@/api/types";
import { usePositions, useResolutions } from "@/queries/positions";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import table from "@/pages/strategy/Table.module.css";
import { CloseAllDialog } from "./CloseAllDialog";
import { CloseDialog } from "./CloseDialog";
import { ClosedTable } from "./ClosedTable";
import { ExitsDialog } from "./ExitsDialog";
import classes from "./Positions.module.css";
import { PositionTable } from "./PositionTable";

type Status = "open" | "closed";

/** Positions of one strategy, or of all (null). */
export function Positions({ strategyId }: { strategyId: string | null }) {
  const [status, setStatus] = useState<Status>("open");
  const [closingAll, setClosingAll] = useState(false);
  const open = usePositions(strategyId, "open");
  return (
    <>
      <div className={classes.tools}>
        <SegmentedControl
          aria-label="Which positions"
          size="xs"
          data={[
            { value: "open", label: "Open" },
            { value: "closed", label: "Closed" },
          ]}
          value={status}
          onChange={(value) => setStatus(value === "closed" ? "closed" : "open")}
        />
        {status === "open" && (open.data?.pages[0]?.items.length ?? 0) > 0 ? (
          <Button size="xs" variant="default" leftSection={<IconCoins size={15} aria-hidden />} onClick={() => setClosingAll(true)}>
            Close all…
          </Button>
        ) : null}
      </div>
      <List key={status} strategyId={strategyId} status={status} />
      <CloseAllDialog strategyId={strategyId} opened={closingAll} onClose={() => setClosingAll(false)} />
    </>
  );
}

function List({ strategyId, status }: { strategyId: string | null; status: Status }) {
  const positions = usePositions(strategyId, status);
  const resolutions = useResolutions();
  const [closing, setClosing] = useState<Position | null>(null);
  const [setting, setSetting] = useState<Position | null>(null);
  if (positions.isPending) return <SectionSkeleton />;
  if (positions.data === undefined) {
    return <Failure what="The positions could not be loaded" error={positions.error} onRetry={() => void positions.refetch()} />;
  }
  const rows = positions.data.pages.flatMap((page) => page.items);
  const ends = new Map((resolutions.data?.items ?? []).map((resolution) => [resolution.market_id, resolution]));
  if (rows.length === 0) {
    return (
      <Notice
        icon={<IconBriefcase2 size={28} aria-hidden />}
        title={status === "open" ? "No open positions" : "No position was closed yet"}
        text={status === "open" ? "A position appears here as soon as an order buys shares." : undefined}
      />
    );
  }
  return (
    <>
      {status === "open" ? (
        <PositionTable positions={rows} owners={strategyId === null} resolutions={ends} onClose={setClosing} onSetExits={setSetting} />
      ) : (
        <ClosedTable positions={rows} owners={strategyId === null} />
      )}
      {positions.hasNextPage ? (
        <div className={table.more}>
          <Button variant="default" size="xs" loading={positions.isFetchingNextPage} onClick={() => void positions.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
      <CloseDialog position={closing} onClose={() => setClosing(null)} />
      <ExitsDialog position={setting} onClose={() => setSetting(null)} />
    </>
  );
}
