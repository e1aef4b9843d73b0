import { Button, SegmentedControl } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { AccountPnl, EquityCurve, StrategyPnl } from "@/api/types";
import { RANGES, type Range } from "@/queries/pnl";
import { ClockTime } from "@/ui/Moment";
import { EquityChart } from "./EquityChart";
import { PnlFigures } from "./PnlFigures";
import classes from "./PnlSheet.module.css";

interface PnlSheetProps {
  title: string;
  pnl: StrategyPnl | AccountPnl;
  equity: UseQueryResult<EquityCurve>;
  range: Range;
  onRange: (range: Range) => void;
  /** Where trades are downloaded from. */
  exportPath: string;
}

/** Numbers beside their curve, and the way to the trades behind them. */
export function PnlSheet({ title, pnl, equity, range, onRange, exportPath }: PnlSheetProps) {
  const words = RANGES.find(({ value }) => value === range)?.words ?? "";
  return (
    <>
      <div className={classes.head}>
        <div>
          <h2>{title}</h2>
          <span className={classes.asOf}>
            as of <ClockTime at={pnl.as_of} />
            {pnl.marked_at === null ? null : (
              <>
                {" "}
                · bids of <ClockTime at={pnl.marked_at} />
              </>
            )}
          </span>
        </div>
        <div className={classes.tools}>
          {(["csv", "json"] as const).map((kind) => (
            <Button key={kind} component="a" href={`${exportPath}?format=${kind}`} download variant="default" size="compact-sm" leftSection={<IconDownload size={14} aria-hidden />}>
              Trades as {kind.toUpperCase()}
            </Button>
          ))}
        </div>
      </div>
      <div className={classes.body}>
        <PnlFigures pnl={pnl} />
        <div>
          <div className={classes.chartHead}>
            <SegmentedControl
              size="xs"
              aria-label="Span of the curve"
              data={RANGES.map(({ value, label }) => ({ value, label }))}
              value={range}
              onChange={(value) => {
                const chosen = RANGES.find((each) => each.value === value);
                if (chosen !== undefined) onRange(chosen.value);
              }}
            />
          </div>
          {equity.data === undefined ? null : (
            <EquityChart curve={equity.data} now={pnl.total === null ? null : { at: pnl.as_of, pnl: pnl.total }} span={words} />
          )}
        </div>
        {pnl.notes.length === 0 ? null : (
          <ul className={classes.notes} aria-label="What to know about these numbers">
            {pnl.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
