import { Button } from "@mantine/core";
import type { Order } from "@/api/types";
import { cents, usdc } from "@/format/number";
import table from "@/pages/strategy/Table.module.css";
import { Moment } from "@/ui/Moment";
import { Pill } from "@/ui/Pill";
import { filledWords, mayCancel, orderWords, reasonWords, wishWords } from "./order_words";
import classes from "./Orders.module.css";

interface OrderTableProps {
  caption: string;
  orders: readonly Order[];
  onCancel: (order: Order) => void;
}

export function OrderTable({ caption, orders, onCancel }: OrderTableProps) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <caption hidden>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Status</th>
            <th scope="col" className={table.num}>Filled</th>
            <th scope="col">Reason</th>
            <th scope="col">When</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} onCancel={() => onCancel(order)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OrderRow({ order, onCancel }: { order: Order; onCancel: () => void }) {
  const { word, tone, says } = orderWords(order);
  return (
    <tr>
      <td className={table.question}>
        {wishWords(order)}
        <span className={table.sub}>{order.question}</span>
        {order.expires_at === null || order.final_at !== null ? null : (
          <span className={table.sub}>
            expires <Moment at={order.expires_at} />
          </span>
        )}
      </td>
      <td>
        <Pill tone={tone} small title={says}>
          {word}
        </Pill>
      </td>
      <td className={table.num} data-label="Filled">
        {filledWords(order)}
        {order.average_price === null ? null : <span className={table.sub}>at {cents(order.average_price)}</span>}
        {Number(order.fee) === 0 ? null : <span className={table.sub}>{usdc(order.fee)} fee</span>}
      </td>
      <td className={classes.reason} data-label="Reason">
        {reasonWords(order) ?? order.reason}
        <Checks order={order} />
      </td>
      <td className={table.quiet} data-label="When">
        <Moment at={order.created_at} />
      </td>
      <td className={table.num}>
        {mayCancel(order) ? (
          <Button size="compact-sm" variant="default" onClick={onCancel} aria-label={`Cancel: ${wishWords(order)}, ${order.question}`}>
            Cancel
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

/** Every risk rule's word on it, on wish. */
function Checks({ order }: { order: Order }) {
  if (order.risk_checks.length === 0) return null;
  return (
    <details className={classes.checks}>
      <summary>{order.risk_checks.length} risk rules</summary>
      <ul>
        {order.risk_checks.map(({ rule, passed, sentence }) => (
          <li key={rule}>
            <b>
              {rule.replaceAll("_", " ")}: {passed ? "yes" : "no"}.
            </b>{" "}
            {sentence}
          </li>
        ))}
      </ul>
    </details>
  );
}
