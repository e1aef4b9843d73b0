import { useGraph, useNodeTypes } from "@/queries/strategy";
import { Failure } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { graphOutline } from "./graph_outline";
import classes from "./GraphOutline.module.css";

const PORT_WORDS: Record<string, string> = {
  out: "then",
  true: "if true, then",
  false: "if not, then",
  placed: "when placed, then",
  filled: "when filled, then",
  failed: "when failed, then",
};

/** The graph to read: numbered nodes in flow order. */
export function GraphOutline({ strategyId }: { strategyId: string }) {
  const graph = useGraph(strategyId);
  const types = useNodeTypes();
  if (graph.isPending || types.isPending) return <SectionSkeleton />;
  if (graph.data === undefined) {
    return <Failure what="The graph could not be loaded" error={graph.error} onRetry={() => void graph.refetch()} />;
  }
  const outline = graphOutline(graph.data.graph, types.data?.items ?? []);
  return (
    <ol className={classes.list} aria-label={`Nodes of version ${graph.data.number}`}>
      {outline.map((node) => (
        <li key={node.id} className={classes.node} data-flows={node.next.some(({ place }) => place === node.place + 1)}>
          <span className={classes.place} aria-hidden>
            {node.place}
          </span>
          <div className={classes.body}>
            <h2 className={classes.title}>
              {node.title} {node.group === null ? null : <span className={classes.group}>{node.group}</span>}
            </h2>
            {node.settings.length === 0 ? null : (
              <dl className={classes.settings}>
                {node.settings.map(({ name, value }) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
            {node.next.map(({ port, title, place }) => (
              <p key={`${port}-${place}`} className={classes.next}>
                {PORT_WORDS[port] ?? `${port}:`} <b>{place}</b> {title}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}
