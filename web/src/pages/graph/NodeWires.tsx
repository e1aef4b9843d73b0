import { Button, NativeSelect } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Graph, GraphEdge, GraphNode, NodeType } from "@/api/types";
import { connect, disconnect, possibleWires, type Origin } from "@/graph/edit_graph";
import { nodeTitle } from "@/graph/node_types";
import classes from "./Node.module.css";

interface NodeWiresProps {
  graph: Graph;
  node: GraphNode;
  type: NodeType;
  types: readonly NodeType[];
  places: ReadonlyMap<string, number>;
  onChange: (graph: Graph) => void;
  onAddBehind: (origin: Origin) => void;
  onGoTo: (id: string) => void;
}

/** Where items go: from each port to the nodes behind it. */
export function NodeWires({ graph, node, type, types, places, onChange, onAddBehind, onGoTo }: NodeWiresProps) {
  const titleOf = (id: string) => {
    const found = graph.nodes.find((other) => other.id === id);
    return found === undefined ? id : `${places.get(id) ?? ""} ${nodeTitle(found, types)}`.trim();
  };
  // Wires of ports that the type does not have stay visible, so that they can be removed.
  const strange = graph.edges.filter((edge) => edge.source === node.id && type.outputs.every(({ name }) => name !== edge.source_port)).map((edge) => edge.source_port);
  const ports = [...type.outputs, ...[...new Set(strange)].map((name) => ({ name, title: name, description: "This port does not exist.", kind: "any" }))];
  if (ports.length === 0) return <p className={classes.quiet}>Nothing goes on behind it.</p>;
  return (
    <div className={classes.ports}>
      {ports.map((port) => {
        const wires = graph.edges.filter((edge) => edge.source === node.id && edge.source_port === port.name);
        const offered = possibleWires(graph, types, { source: node.id, port: port.name });
        const key = (edge: GraphEdge) => `${edge.target}\n${edge.target_port}`;
        const name = `Connect ${port.title} of ${nodeTitle(node, types)} to`;
        return (
          <section key={port.name} className={classes.port} aria-label={`Port ${port.title}`}>
            <p className={classes.portTitle}>
              {port.title} <span>{port.description}</span>
            </p>
            <div className={classes.wires}>
              {wires.map((edge) => (
                <span key={key(edge)} className={classes.wire}>
                  <button type="button" onClick={() => onGoTo(edge.target)}>
                    → {titleOf(edge.target)}
                  </button>
                  <button type="button" aria-label={`Remove the wire to ${titleOf(edge.target)}`} onClick={() => onChange(disconnect(graph, edge))}>
                    <IconX size={14} aria-hidden />
                  </button>
                </span>
              ))}
              <NativeSelect
                size="xs"
                aria-label={name}
                disabled={offered.length === 0}
                data={[{ value: "", label: offered.length === 0 ? "no node fits" : "connect to…" }, ...offered.map((edge) => ({ value: key(edge), label: titleOf(edge.target) }))]}
                value=""
                onChange={(event) => {
                  const chosen = offered.find((edge) => key(edge) === event.currentTarget.value);
                  if (chosen !== undefined) onChange(connect(graph, chosen));
                }}
              />
              <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} aria-label={`New node behind ${port.title}`} onClick={() => onAddBehind({ source: node.id, port: port.name })}>
                New node
              </Button>
            </div>
          </section>
        );
      })}
    </div>
  );
}
