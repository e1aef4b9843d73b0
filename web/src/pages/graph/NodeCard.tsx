import { Button } from "@mantine/core";
import { IconAlertTriangle, IconChevronRight, IconCircleX, IconTrash } from "@tabler/icons-react";
import type { Graph, GraphNode, NodeRun, NodeType } from "@/api/types";
import { removeNode, type Origin } from "@/graph/edit_graph";
import { nodeTitle, typeOf } from "@/graph/node_types";
import { portWords } from "@/graph/port_words";
import { ProblemList } from "@/graph/ProblemList";
import { settingsWords } from "@/graph/setting_words";
import { flowWords } from "./flow_words";
import classes from "./Node.module.css";
import { fieldProblems, type ServerProblem } from "./node_problems";
import { NodeForm } from "./NodeForm";
import { NodeWires } from "./NodeWires";

export interface NodeCardProps {
  graph: Graph;
  node: GraphNode;
  types: readonly NodeType[];
  places: ReadonlyMap<string, number>;
  problems: readonly ServerProblem[];
  /** What the last dry run made of it. */
  run: NodeRun | null;
  open: boolean;
  onToggle: () => void;
  onChange: (graph: Graph, group?: string) => void;
  onAddBehind: (origin: Origin) => void;
  onGoTo: (id: string) => void;
}

/** The DOM id of a node's heading, to jump to. */
export function nodeAnchor(id: string): string {
  return `node-${id}`;
}

/** One node: what it does in a sentence; opened, its form and its wires. */
export function NodeCard(props: NodeCardProps) {
  const { graph, node, types, places, run, open, onToggle } = props;
  const type = typeOf(types, node);
  const own = props.problems.filter(({ node_id: id }) => id === node.id);
  const errors = own.filter(({ severity }) => severity !== "warning").length;
  const settings = settingsWords(node.config ?? {}, type?.config_schema);
  const outs = graph.edges.filter(({ source }) => source === node.id);
  const title = nodeTitle(node, types);
  return (
    <li className={classes.card} data-open={open}>
      <h2 className={classes.heading}>
        <button type="button" id={nodeAnchor(node.id)} className={classes.head} aria-expanded={open} aria-controls={`${nodeAnchor(node.id)}-body`} onClick={onToggle}>
          <span className={classes.place} aria-hidden>
            {places.get(node.id)}
          </span>
          <span className={classes.words}>
            <span className={classes.title}>
              {title} <span className={classes.kind}>{node.name === "" ? type?.group : type?.title}</span>
            </span>
            <span className={classes.summary}>{settings.length === 0 ? (type?.description ?? "This kind of node is not known.") : settings.map(({ name, value }) => `${name} ${value}`).join(" · ")}</span>
            {outs.length === 0 ? null : (
              <span className={classes.summary}>{outs.map(({ source_port: port, target }) => `${portWords(port)} ${places.get(target) ?? target}`).join(" · ")}</span>
            )}
            {run === null ? null : <span className={classes.flow}>{flowWords(run)}</span>}
          </span>
          <span className={classes.marks}>
            {errors > 0 ? <IconCircleX size={17} className={classes.bad} role="img" aria-label={errors === 1 ? "1 problem" : `${errors} problems`} /> : null}
            {errors === 0 && own.length > 0 ? <IconAlertTriangle size={17} className={classes.wait} role="img" aria-label="A warning" /> : null}
            <IconChevronRight size={16} className={classes.chevron} aria-hidden />
          </span>
        </button>
      </h2>
      <div id={`${nodeAnchor(node.id)}-body`}>{open ? <NodeBody {...props} type={type} own={own} title={title} /> : null}</div>
    </li>
  );
}

interface NodeBodyProps extends NodeCardProps {
  type: NodeType | undefined;
  own: ServerProblem[];
  title: string;
}

function NodeBody({ graph, node, types, places, problems, type, own, title, onChange, onAddBehind, onGoTo }: NodeBodyProps) {
  return (
    <div className={classes.body}>
      {own.length === 0 ? null : <ProblemList problems={own} />}
      {type === undefined ? null : (
        <>
          <p className={classes.quiet}>{type.description}</p>
          <NodeForm graph={graph} node={node} type={type} problems={fieldProblems(problems, node.id)} onChange={onChange} />
          <NodeWires graph={graph} node={node} type={type} types={types} places={places} onChange={onChange} onAddBehind={onAddBehind} onGoTo={onGoTo} />
        </>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" c="var(--bad)" className={classes.remove} leftSection={<IconTrash size={15} aria-hidden />} onClick={() => onChange(removeNode(graph, node.id))}>
        Remove {title}
      </Button>
    </div>
  );
}
