import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Position, Resolution } from "@/api/types";
import { cents, shares, usdc } from "@/format/number";
import table from "@/pages/strategy/Table.module.css";
import { Signed } from "@/pnl/PnlFigures";
import { Moment } from "@/ui/Moment";
import { Pill } from "@/ui/Pill";
import { endWords, markWords } from "./mark_words";
import { PositionExits } from "./PositionExits";
import classes from "./Positions.module.css";

interface PositionTableProps {
  positions: readonly Position[];
  /** Names the strategy of each: on a page of several. */
  owners: boolean;
  /** By market id. */
  resolutions: ReadonlyMap<string, Resolution>;
  onClose: (position: Position) => void;
  onSetExits: (position: Position) => void;
}

/** Open positions: what they are worth now, and what watches over them. */
export function PositionTable({ positions, owners, resolutions, onClose, onSetExits }: PositionTableProps) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <caption hidden>Open positions</caption>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col" className={table.num}>Shares</th>
            <th scope="col" className={table.num}>Average</th>
            <th scope="col" className={table.num}>Bid now</th>
            <th scope="col" className={table.num}>Unrealised</th>
            <th scope="col">Exits</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => (
            <PositionRow key={position.id} position={position} owners={owners} resolution={resolutions.get(position.market_id)} onClose={() => onClose(position)} onSetExits={() => onSetExits(position)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PositionRowProps {
  position: Position;
  owners: boolean;
  resolution: Resolution | undefined;
  onClose: () => void;
  onSetExits: () => void;
}

function PositionRow({ position, owners, resolution, onClose, onSetExits }: PositionRowProps) {
  const { mark } = position;
  const end = resolution === undefined ? null : endWords(resolution);
  return (
    <tr>
      <td className={table.question}>
        {position.outcome}{" "}
        {end === null ? null : (
          <Pill tone={end.tone} small>
            {end.word}
          </Pill>
        )}
        <span className={table.sub}>{position.question}</span>
        <span className={table.sub}>
          {owners ? <Link to={`/strategies/${position.strategy_id}?tab=positions`}>{position.strategy_name}</Link> : null}
          {owners ? " · " : ""}opened <Moment at={position.opened_at} />
        </span>
      </td>
      <td className={table.num} data-label="Shares">
        {shares(position.shares)}
        {Number(position.offered_shares) === 0 ? null : <span className={table.sub}>{shares(position.offered_shares)} offered</span>}
      </td>
      <td className={table.num} data-label="Average">
        {cents(position.average_price)}
        <span className={table.sub}>{usdc(position.cost)} paid</span>
      </td>
      <td className={table.num} data-label="Bid now">
        {cents(mark?.price)}
        <span className={table.sub}>{markWords(mark)}</span>
      </td>
      <td className={table.num} data-label="Unrealised">
        <Signed amount={mark?.unrealised ?? null} />
        {mark?.value == null ? null : <span className={table.sub}>worth {usdc(mark.value)}</span>}
      </td>
      <td data-label="Exits">
        <PositionExits position={position} />
      </td>
      <td className={table.num}>
        <span className={classes.actions}>
          <Button size="compact-sm" variant="default" onClick={onSetExits} aria-label={`Set exits of ${position.outcome}, ${position.question}`}>
            Set exits
          </Button>
          <Button size="compact-sm" variant="default" onClick={onClose} aria-label={`Close ${position.outcome}, ${position.question}`}>
            Close
          </Button>
        </span>
      </td>
    </tr>
  );
}
