import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { NodeRun, NodeType } from "@/api/types";
import { addNode, typesBehind, type Origin } from "@/graph/edit_graph";
import { flowOrder } from "@/graph/flow_order";
import { latestTypes, nodeTitle, typeOf } from "@/graph/node_types";
import { Panel } from "@/ui/Panel";
import type { Draft } from "./draft";
import classes from "./GraphEditor.module.css";
import { nodeAnchor, NodeCard } from "./NodeCard";
import { NodePalette } from "./NodePalette";
import type { ServerProblem } from "./node_problems";

interface NodeListProps {
  draft: Draft;
  types: readonly NodeType[];
  problems: readonly ServerProblem[];
  runs: ReadonlyMap<string, NodeRun>;
  open: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onGoTo: (id: string) => void;
}

/** Puts a node's heading before one's eyes and under one's keys, once the page has drawn it. */
export function showNode(id: string): void {
  requestAnimationFrame(() => {
    const heading = document.getElementById(nodeAnchor(id));
    heading?.scrollIntoView({ block: "start", behavior: "auto" });
    heading?.focus({ preventScroll: true });
  });
}

/** All nodes in flow order, and the way to add one: anywhere, or wired behind a port. */
export function NodeList({ draft, types, problems, runs, open, onToggle, onGoTo }: NodeListProps) {
  const { graph } = draft;
  const [palette, setPalette] = useState<{ behind: Origin | null } | null>(null);
  const order = flowOrder(graph);
  const places = new Map(order.map((id, index) => [id, index + 1]));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const behind = palette?.behind ?? null;
  const origin = behind === null ? undefined : nodes.get(behind.source);
  const kind = origin === undefined ? undefined : typeOf(types, origin)?.outputs.find(({ name }) => name === behind?.port)?.kind;
  const add = (type: NodeType) => {
    const added = addNode(graph, type, behind);
    draft.change(added.graph);
    setPalette(null);
    onGoTo(added.id);
  };
  return (
    <Panel>
      <ol className={classes.nodes} aria-label="Nodes in flow order">
        {order.map((id) => {
          const node = nodes.get(id);
          return node === undefined ? null : (
            <NodeCard
              key={id}
              graph={graph}
              node={node}
              types={types}
              places={places}
              problems={problems}
              run={runs.get(id) ?? null}
              open={open.has(id)}
              onToggle={() => onToggle(id)}
              onChange={draft.change}
              onAddBehind={(from) => setPalette({ behind: from })}
              onGoTo={onGoTo}
            />
          );
        })}
      </ol>
      <div className={classes.add}>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setPalette({ behind: null })}>
          Add node
        </Button>
      </div>
      <NodePalette
        opened={palette !== null}
        title={origin === undefined ? "Add a node" : `Add a node behind ${nodeTitle(origin, types)}`}
        types={typesBehind(latestTypes(types), kind)}
        onPick={add}
        onClose={() => setPalette(null)}
      />
    </Panel>
  );
}
