import { Button, Group } from "@mantine/core";
import { IconSchema } from "@tabler/icons-react";
import { Link, useNavigate } from "react-router";
import { CopilotPanel } from "@/copilot/CopilotPanel";
import { handOver } from "@/pages/graph/handed_over";
import { useNodeTypes } from "@/queries/strategy";
import { ImportStrategy } from "./import/ImportStrategy";
import classes from "./OtherWays.module.css";

const INTERVAL_SECONDS = 300;

/** What begins without a template: words, an empty graph, a file. */
export function OtherWays() {
  const navigate = useNavigate();
  const types = useNodeTypes();
  return (
    <div className={classes.ways}>
      <CopilotPanel
        graph={null}
        strategyId={null}
        types={types.data?.items ?? []}
        onAccept={({ graph, name, intervalSeconds }) =>
          void navigate("/strategies/new/graph", { state: handOver({ graph, name, intervalSeconds: intervalSeconds ?? INTERVAL_SECONDS }) })
        }
      />
      <Group gap="sm">
        <Button component={Link} to="/strategies/new/graph" variant="default" leftSection={<IconSchema size={16} aria-hidden />}>
          Begin with an empty graph
        </Button>
        <ImportStrategy />
      </Group>
    </div>
  );
}
