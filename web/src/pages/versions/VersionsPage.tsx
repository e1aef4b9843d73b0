import { Button } from "@mantine/core";
import { IconBraces, IconGitCompare, IconSchema } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Strategy } from "@/api/types";
import { SubPage } from "@/pages/strategy/SubPage";
import { useVersions } from "@/queries/versions";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { Comparison } from "./Comparison";
import { JsonDraftDialog } from "./JsonDraftDialog";
import { VersionList } from "./VersionList";
import classes from "./Versions.module.css";

export function VersionsPage() {
  const { strategyId = "" } = useParams();
  return (
    <SubPage key={strategyId} strategyId={strategyId} title="Versions">
      {(strategy) => <Versions strategy={strategy} />}
    </SubPage>
  );
}

function asNumber(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** Which two versions are compared lives in the address. */
function Versions({ strategy }: { strategy: Strategy }) {
  const versions = useVersions(strategy.id);
  const [search, setSearch] = useSearchParams();
  const [writing, setWriting] = useState(false);
  const published = strategy.version.number;
  if (versions.isPending) {
    return (
      <Panel>
        <SectionSkeleton />
      </Panel>
    );
  }
  if (versions.data === undefined) {
    return (
      <Panel>
        <Failure what="The versions could not be loaded" error={versions.error} onRetry={() => void versions.refetch()} />
      </Panel>
    );
  }
  const rows = versions.data.pages.flatMap((page) => page.items);
  const newest = rows[0]?.number ?? published;
  const from = asNumber(search.get("from")) ?? (newest === published ? Math.max(1, published - 1) : published);
  const to = asNumber(search.get("to")) ?? newest;
  const compare = (before: number, after: number) => setSearch({ from: String(before), to: String(after) }, { replace: true });
  return (
    <>
      <div className={classes.tools}>
        <Button component={Link} to={`/strategies/${strategy.id}/graph`} size="xs" leftSection={<IconSchema size={16} aria-hidden />}>
          Edit graph
        </Button>
        <Button variant="default" size="xs" leftSection={<IconBraces size={16} aria-hidden />} onClick={() => setWriting(true)}>
          New draft from JSON
        </Button>
      </div>
      <div className={classes.columns}>
        <Panel>
          <VersionList strategy={strategy} rows={rows} onCompare={(number) => compare(number > published ? published : number, number > published ? number : published)} />
          {versions.hasNextPage ? (
            <div className={classes.more}>
              <Button variant="default" size="xs" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
                Show older versions
              </Button>
            </div>
          ) : null}
        </Panel>
        <Panel>
          <section className={classes.compare} aria-labelledby="compare">
            <h2 id="compare">
              <IconGitCompare size={16} aria-hidden /> Compare
            </h2>
            <Comparison strategyId={strategy.id} numbers={[...new Set([...rows.map(({ number }) => number), from, to])].sort((a, b) => b - a)} published={published} from={from} to={to} onChange={compare} />
          </section>
        </Panel>
      </div>
      <JsonDraftDialog strategyId={strategy.id} basedOn={newest} opened={writing} onClose={() => setWriting(false)} onSaved={(number) => compare(published, number)} />
    </>
  );
}
