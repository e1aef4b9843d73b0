import { Anchor, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Strategy } from "@/api/types";
import { NotFoundPage } from "@/pages/not_found/NotFoundPage";
import { useStrategy } from "@/queries/strategy";
import { Failure } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { PageSkeleton } from "@/ui/PageSkeleton";
import { StatusBadge } from "@/ui/StatusBadge";
import classes from "./StrategyPage.module.css";
import { isUnknown } from "./unknown_strategy";

interface SubPageProps {
  strategyId: string;
  title: string;
  children: (strategy: Strategy) => ReactNode;
}

/** A page of one strategy beside its own: the way back, its name and status, and what it is about. */
export function SubPage({ strategyId, title, children }: SubPageProps) {
  const view = useStrategy(strategyId);
  usePageTitle(view.data === undefined ? title : `${title} · ${view.data.name}`);
  if (view.isError && isUnknown(view.error)) {
    return <NotFoundPage title="There is no such strategy" text="It may have been deleted, or belong to someone else." />;
  }
  if (view.data === undefined) {
    if (!view.isError) return <PageSkeleton />;
    return (
      <Panel>
        <Failure page what="This strategy could not be loaded" error={view.error} onRetry={() => void view.refetch()} />
      </Panel>
    );
  }
  const strategy = view.data;
  return (
    <>
      <Anchor component={Link} to={`/strategies/${strategy.id}`} size="sm">
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {strategy.name}
      </Anchor>
      <div className={classes.subHead}>
        <Title order={1}>{title}</Title>
        <StatusBadge strategy={strategy} />
        <span className={classes.subFacts}>version {strategy.version.number} is published</span>
      </div>
      {children(strategy)}
    </>
  );
}
