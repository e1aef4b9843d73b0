import { useState } from "react";
import { useLocation, useParams, useSearchParams } from "react-router";
import type { Strategy } from "@/api/types";
import { isJson } from "@/graph/setting_words";
import { NotFoundPage } from "@/pages/not_found/NotFoundPage";
import { SubPage } from "@/pages/strategy/SubPage";
import { isUnknown } from "@/pages/strategy/unknown_strategy";
import { useNodeTypes } from "@/queries/strategy";
import { useVersion } from "@/queries/versions";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { VersionEditor } from "./VersionEditor";

export function GraphPage() {
  const { strategyId = "" } = useParams();
  return (
    <SubPage key={strategyId} strategyId={strategyId} title="Graph">
      {(strategy) => <ChosenVersion strategy={strategy} />}
    </SubPage>
  );
}

/** The version of the address, else the published one. */
function ChosenVersion({ strategy }: { strategy: Strategy }) {
  const [search] = useSearchParams();
  const asked = search.get("version");
  const [published] = useState(strategy.version.number);
  const number = asked !== null && /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : published;
  const version = useVersion(strategy.id, number);
  const types = useNodeTypes();
  // A version that this editor saved itself goes on in the same editor.
  const location: unknown = useLocation().state;
  const session = isJson(location) && typeof location.session === "string" ? location.session : `version ${number}`;
  if (version.isError && isUnknown(version.error)) return <NotFoundPage title="There is no such version" text="The address may be mistyped." />;
  const broken = [version, types].find((query) => query.isError && query.data === undefined);
  if (broken !== undefined) {
    return (
      <Panel>
        <Failure what="The graph could not be loaded" error={broken.error} onRetry={() => void broken.refetch()} />
      </Panel>
    );
  }
  if (version.data === undefined || types.data === undefined) {
    return (
      <Panel>
        <SectionSkeleton />
      </Panel>
    );
  }
  return <VersionEditor key={session} session={session} strategy={strategy} base={version.data} types={types.data.items} />;
}
