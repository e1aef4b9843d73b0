import { IconListDetails } from "@tabler/icons-react";
import { useState } from "react";
import type { Order } from "@/api/types";
import { useCancelOrder } from "@/queries/orders";
import { useOrders } from "@/queries/strategy";
import { Confirm } from "@/ui/Confirm";
import { Failure, Notice } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import table from "@/pages/strategy/Table.module.css";
import { OrderTable } from "./OrderTable";
import { wishWords } from "./order_words";

/** Orders of one strategy: those that are open, then the last ones, denied ones too. */
export function Orders({ strategyId }: { strategyId: string }) {
  const orders = useOrders(strategyId);
  const cancel = useCancelOrder(strategyId);
  const [chosen, setChosen] = useState<Order | null>(null);
  if (orders.isPending) return <SectionSkeleton />;
  if (orders.data === undefined) {
    return <Failure what="The orders could not be loaded" error={orders.error} onRetry={() => void orders.refetch()} />;
  }
  const { items } = orders.data;
  if (items.length === 0) return <Notice icon={<IconListDetails size={28} aria-hidden />} title="No orders yet" text="An order appears here as soon as the graph decides to trade, also when a risk rule denies it." />;
  const open = items.filter(({ final_at: at }) => at === null);
  const past = items.filter(({ final_at: at }) => at !== null);
  return (
    <>
      {open.length === 0 ? null : (
        <>
          <h2 className={table.heading}>Open</h2>
          <OrderTable caption="Open orders" orders={open} onCancel={setChosen} />
        </>
      )}
      {past.length === 0 ? null : (
        <>
          <h2 className={table.heading}>Past</h2>
          <OrderTable caption="Past orders" orders={past} onCancel={setChosen} />
        </>
      )}
      <Confirm
        opened={chosen !== null}
        onClose={() => setChosen(null)}
        title="Cancel this order?"
        action="Cancel order"
        busy={cancel.isPending}
        onConfirm={() => {
          if (chosen !== null) cancel.mutate(chosen.id, { onSettled: () => setChosen(null) });
        }}
      >
        {chosen === null ? "" : `“${wishWords(chosen)}” of ${chosen.question} ends.`} What was traded already stays; the rest is given back.
      </Confirm>
    </>
  );
}
