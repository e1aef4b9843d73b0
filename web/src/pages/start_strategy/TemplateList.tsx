import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Template } from "@/api/types";
import { interval } from "@/format/time";
import { useTemplates } from "@/queries/strategies";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import classes from "./TemplateList.module.css";

/** `under` is the level of the heading above, so that the outline of the page has no gap. */
export function TemplateList({ under = 1 }: { under?: 1 | 2 }) {
  const templates = useTemplates();
  if (templates.isPending) {
    return (
      <div className={classes.grid} role="status" aria-label="Loading templates">
        {[0, 1, 2, 3].map((place) => (
          <Skeleton key={place} height={190} radius="lg" />
        ))}
      </div>
    );
  }
  if (templates.isError) {
    return (
      <Panel>
        <Failure what="The templates could not be loaded" error={templates.error} onRetry={() => void templates.refetch()} />
      </Panel>
    );
  }
  return (
    <ul className={classes.grid} aria-label="Templates">
      {templates.data.items.map((template) => (
        <li key={template.id}>
          <TemplateCard template={template} level={under === 1 ? "h2" : "h3"} />
        </li>
      ))}
    </ul>
  );
}

function TemplateCard({ template, level: Heading }: { template: Template; level: "h2" | "h3" }) {
  return (
    <Panel className={classes.card}>
      <Heading className={classes.title}>{template.title}</Heading>
      <p className={classes.text}>{template.description}</p>
      <p className={classes.risk}>
        <IconAlertTriangle size={15} aria-hidden />
        <span>{template.risk_note}</span>
      </p>
      <div className={classes.foot}>
        <span className={classes.pace}>Executes {interval(template.interval_seconds)}</span>
        <Button component={Link} to={`/strategies/new?template=${encodeURIComponent(template.id)}`} size="xs" aria-label={`Use template ${template.title}`}>
          Use template
        </Button>
      </div>
    </Panel>
  );
}
