import { Tabs } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";
import type { Strategy } from "@/api/types";
import { count } from "@/format/number";
import { Orders } from "@/orders/Orders";
import { Positions } from "@/positions/Positions";
import { Panel } from "@/ui/Panel";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { Activity } from "./Activity";
import { ExecutionLog } from "./execution_log/ExecutionLog";
import { GraphOutline } from "./GraphOutline";
import type { LiveFigures } from "./live_figures";
import classes from "./StrategyPage.module.css";
import { Trades } from "./Trades";
import { Watchlist } from "./watchlist/Watchlist";

const SettingsSection = lazy(async () => ({ default: (await import("./settings/SettingsSection")).SettingsSection }));

const TABS = ["executions", "watchlist", "positions", "orders", "trades", "activity", "graph", "settings"] as const;
type Tab = (typeof TABS)[number];

interface StrategySectionsProps {
  strategy: Strategy;
  figures: LiveFigures;
}

/** The lists below the numbers. Wide screens show the activity beside them, narrow ones as one more tab. */
export function StrategySections({ strategy, figures }: StrategySectionsProps) {
  const wide = useMediaQuery("(min-width: 75em)", undefined, { getInitialValueInEffect: false });
  const [search, setSearch] = useSearchParams();
  const asked: Tab = TABS.find((tab) => tab === search.get("tab")) ?? "executions";
  const tab = wide && asked === "activity" ? "executions" : asked;
  const labels: [Tab, string, number | null][] = [
    ["executions", "Execution log", null],
    ["watchlist", "Watchlist", figures.watchlist],
    ["positions", "Positions", null],
    ["orders", "Orders", null],
    ["trades", "Trades", figures.activeTrades],
    ...(wide ? [] : ([["activity", "Recent activity", null]] as [Tab, string, null][])),
    ["graph", "Graph", null],
    ["settings", "Settings", null],
  ];
  return (
    <div className={classes.columns}>
      <Panel>
        <Tabs value={tab} onChange={(value) => setSearch(value === null || value === "executions" ? {} : { tab: value }, { replace: true })} keepMounted={false}>
          <Tabs.List className={classes.tabs} aria-label="Sections of this strategy">
            {labels.map(([value, label, size]) => (
              <Tabs.Tab key={value} value={value} className={classes.tab}>
                {label} {size === null ? null : <span className={classes.count}>{count(size)}</span>}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="executions">
            <ExecutionLog strategyId={strategy.id} status={strategy.status} />
          </Tabs.Panel>
          <Tabs.Panel value="watchlist">
            <Watchlist strategyId={strategy.id} />
          </Tabs.Panel>
          <Tabs.Panel value="positions">
            <Positions strategyId={strategy.id} />
          </Tabs.Panel>
          <Tabs.Panel value="orders">
            <Orders strategyId={strategy.id} />
          </Tabs.Panel>
          <Tabs.Panel value="trades">
            <Trades strategyId={strategy.id} />
          </Tabs.Panel>
          {wide ? null : (
            <Tabs.Panel value="activity">
              <Activity strategyId={strategy.id} />
            </Tabs.Panel>
          )}
          <Tabs.Panel value="graph">
            <GraphOutline strategyId={strategy.id} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <Suspense fallback={<SectionSkeleton />}>
              <SettingsSection strategy={strategy} />
            </Suspense>
          </Tabs.Panel>
        </Tabs>
      </Panel>
      {wide ? (
        <Panel>
          <h2 className={classes.railTitle}>Recent activity</h2>
          <div className={classes.rail} tabIndex={0} role="region" aria-label="Recent activity">
            <Activity strategyId={strategy.id} />
          </div>
        </Panel>
      ) : null}
    </div>
  );
}
