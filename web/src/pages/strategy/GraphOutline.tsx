import { Button } from "@mantine/core";
import { IconPencil, IconVersions } from "@tabler/icons-react";
import { Link } from "react-router";
import { graphOutline } from "@/graph/graph_outline";
import { portWords } from "@/graph/port_words";
import { useGraph, useNodeTypes } from "@/queries/strategy";
import { Failure } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import classes from "./GraphOutline.module.css";

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
    <>
      <div className={classes.tools}>
        <Button component={Link} to={`/strategies/${strategyId}/graph`} size="xs" leftSection={<IconPencil size={15} aria-hidden />}>
          Edit graph
        </Button>
        <Button component={Link} to={`/strategies/${strategyId}/versions`} size="xs" variant="default" leftSection={<IconVersions size={15} aria-hidden />}>
          Versions
        </Button>
      </div>
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
                  {portWords(port)} <b>{place}</b> {title}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
