import { Title } from "@mantine/core";
import { Positions } from "@/positions/Positions";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { ModePill } from "@/ui/Pill";
import classes from "@/pages/capital/Capital.module.css";

/** What is held, over all strategies. */
export function PositionsPage() {
  usePageTitle("Positions");
  return (
    <>
      <div className={classes.head}>
        <div className={classes.title}>
          <Title order={1}>Positions</Title>
          <ModePill mode="paper" />
        </div>
      </div>
      <Panel>
        <Positions strategyId={null} />
      </Panel>
    </>
  );
}
