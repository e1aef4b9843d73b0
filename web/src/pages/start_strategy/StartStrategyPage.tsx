import { Anchor, Skeleton, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { NotFoundPage } from "@/pages/not_found/NotFoundPage";
import { useTemplates } from "@/queries/strategies";
import { Failure } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { OtherWays } from "./OtherWays";
import { StartForm } from "./StartForm";
import { TemplateList } from "./TemplateList";

export function StartStrategyPage() {
  usePageTitle("Start Strategy");
  const [search] = useSearchParams();
  const chosen = search.get("template");
  return (
    <>
      <Anchor component={Link} to={chosen === null ? "/strategies" : "/strategies/new"} size="sm">
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {chosen === null ? "My Strategies" : "All templates"}
      </Anchor>
      <Title order={1} mt="xs" mb="xs">
        Start Strategy
      </Title>
      <Text c="dimmed" mb="lg">
        {chosen === null ? "Say what it should do, bring your own, or choose a template below." : "Check the settings, then start it."}
      </Text>
      {chosen === null ? (
        <>
          <OtherWays />
          <TemplateList />
        </>
      ) : (
        <ChosenTemplate id={chosen} />
      )}
    </>
  );
}

function ChosenTemplate({ id }: { id: string }) {
  const templates = useTemplates();
  if (templates.isPending) return <Skeleton height={360} radius="lg" role="status" aria-label="Loading the template" />;
  if (templates.isError) {
    return (
      <Panel>
        <Failure what="The template could not be loaded" error={templates.error} onRetry={() => void templates.refetch()} />
      </Panel>
    );
  }
  const template = templates.data.items.find((item) => item.id === id);
  if (template === undefined) return <NotFoundPage title="There is no such template" text="It may have been renamed." />;
  return <StartForm key={template.id} template={template} />;
}
