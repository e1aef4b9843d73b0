import type { Allocations } from "@/api/types";
import { plural, usdc } from "@/format/number";
import classes from "./Capital.module.css";
import { ringParts } from "./donut";

/** A circle of this radius is 100 long, so that parts are per cent. */
const RADIUS = 100 / (2 * Math.PI);
const GAP = 0.5;

/** The table beside it says the same in numbers. */
export function AllocationDonut({ allocations }: { allocations: Allocations }) {
  const { account, items } = allocations;
  const parts = ringParts(items, Number(account.cash));
  return (
    <div className={classes.donut}>
      <svg viewBox="0 0 42 42" role="img" className={classes.ring}>
        <title>{`${usdc(account.capital)} in the account: ${plural(items.length, "strategy").replace("strategys", "strategies")}, ${usdc(account.cash)} cash. The table has the numbers.`}</title>
        <circle cx={21} cy={21} r={RADIUS} className={classes.track} />
        {parts.map(({ key, start, length, colour, working }) => (
          <circle
            key={key}
            cx={21}
            cy={21}
            r={RADIUS}
            className={`${classes.part ?? ""} ${colourClass(colour)} ${working ? "" : (classes.pale ?? "")}`}
            strokeDasharray={`${Math.max(0.05, length - GAP)} ${100 - Math.max(0.05, length - GAP)}`}
            strokeDashoffset={25 - start}
          />
        ))}
      </svg>
      <div className={classes.middle} aria-hidden>
        <b>{usdc(account.capital)}</b>
        <span>at cost</span>
      </div>
    </div>
  );
}

export function colourClass(colour: number | null): string {
  return (colour === null ? classes.cash : classes[`colour${colour}`]) ?? "";
}
