import { lazy, Suspense } from "react";
import { useParams } from "react-router";
import type { Strategy } from "@/api/types";
import { NotFoundPage } from "@/pages/not_found/NotFoundPage";
import { useStrategy, useStrategyState } from "@/queries/strategy";
import { Failure } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { PageSkeleton } from "@/ui/PageSkeleton";
import { Withdrawals } from "@/withdrawals/Withdrawals";
import { liveFigures } from "./live_figures";
import { Metrics } from "./Metrics";
import { StrategyHeader } from "./StrategyHeader";
import { StrategyNotices } from "./StrategyNotices";
import { StrategySections } from "./StrategySections";
import { isUnknown } from "./unknown_strategy";

const PnlPanel = lazy(async () => ({ default: (await import("./pnl/PnlPanel")).PnlPanel }));

export function StrategyPage() {
  const { strategyId = "" } = useParams();
  return <KnownStrategy key={strategyId} id={strategyId} />;
}

function KnownStrategy({ id }: { id: string }) {
  const view = useStrategy(id);
  const state = useStrategyState(id);
  usePageTitle(view.data?.name ?? "Strategy");
  if (view.isError && isUnknown(view.error)) {
    return <NotFoundPage title="There is no such strategy" text="It may have been deleted, or belong to someone else." />;
  }
  if (view.data !== undefined) {
    const answeredState = state.data === undefined ? null : { data: state.data, answeredAt: state.dataUpdatedAt };
    const figures = liveFigures({ data: view.data, answeredAt: view.dataUpdatedAt }, answeredState);
    const updatedAt = Math.max(view.dataUpdatedAt, state.dataUpdatedAt);
    return <Shown strategy={view.data} figures={figures} state={state.data ?? null} updatedAt={updatedAt} />;
  }
  if (view.isError) {
    return (
      <Panel>
        <Failure what="This strategy could not be loaded" error={view.error} onRetry={() => void view.refetch()} />
      </Panel>
    );
  }
  return <PageSkeleton />;
}

interface ShownProps {
  strategy: Strategy;
  figures: ReturnType<typeof liveFigures>;
  state: ReturnType<typeof useStrategyState>["data"] | null;
  updatedAt: number;
}

function Shown({ strategy, figures, state, updatedAt }: ShownProps) {
  return (
    <>
      <StrategyHeader strategy={strategy} updatedAt={updatedAt} />
      <StrategyNotices strategy={strategy} state={state ?? null} />
      <Metrics strategy={strategy} figures={figures} />
      <Withdrawals strategyId={strategy.id} running />
      <Suspense fallback={null}>
        <PnlPanel strategyId={strategy.id} />
      </Suspense>
      <StrategySections strategy={strategy} figures={figures} />
    </>
  );
}
