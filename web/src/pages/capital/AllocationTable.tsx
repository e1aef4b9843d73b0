import { Link } from "react-router";
import type { Allocations } from "@/api/types";
import { usdc } from "@/format/number";
import { Signed } from "@/pnl/PnlFigures";
import table from "@/pages/strategy/Table.module.css";
import { colourClass } from "./AllocationDonut";
import classes from "./Capital.module.css";
import { colourOf } from "./donut";

/** What the ring shows, in numbers. */
export function AllocationTable({ allocations }: { allocations: Allocations }) {
  const { account, items } = allocations;
  const colours = colourOf(items);
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <caption hidden>Capital of every strategy</caption>
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col" className={table.num}>Allocated</th>
            <th scope="col" className={table.num}>Deployed</th>
            <th scope="col" className={table.num}>Available</th>
            <th scope="col" className={table.num}>Realised</th>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.strategy_id}>
              <td className={table.question}>
                <span className={`${classes.swatch ?? ""} ${colourClass(colours.get(row.strategy_id) ?? 0)}`} aria-hidden />
                <Link to={`/strategies/${row.strategy_id}`}>{row.name}</Link>
                <span className={table.sub}>{row.status}</span>
              </td>
              <td className={table.num} data-label="Allocated">{usdc(row.allocated)}</td>
              <td className={table.num} data-label="Deployed">
                {usdc(row.deployed)}
                {Number(row.reserved) === 0 ? null : <span className={table.sub}>+ {usdc(row.reserved)} reserved</span>}
                {Number(row.settling) === 0 ? null : <span className={table.sub}>+ {usdc(row.settling)} settling</span>}
              </td>
              <td className={table.num} data-label="Available">{usdc(row.available)}</td>
              <td className={table.num} data-label="Realised">
                <Signed amount={row.realised_pnl} />
              </td>
            </tr>
          ))}
          <tr>
            <td className={table.question}>
              <span className={`${classes.swatch ?? ""} ${classes.cash ?? ""}`} aria-hidden />
              Cash
              <span className={table.sub}>given to no strategy</span>
            </td>
            <td className={table.num} data-label="Allocated">—</td>
            <td className={table.num} data-label="Deployed">—</td>
            <td className={table.num} data-label="Available">{usdc(account.cash)}</td>
            <td className={table.num} data-label="Realised">—</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
