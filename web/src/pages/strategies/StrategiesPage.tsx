import { Button, Skeleton, Title } from "@mantine/core";
import { IconFilterOff, IconPlus } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import { FILTERS, SORTS, useStrategies, type Filter, type Sort } from "@/queries/strategies";
import { Failure, Notice } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { FirstStrategy } from "./FirstStrategy";
import classes from "./StrategiesPage.module.css";
import { StrategyCard } from "./StrategyCard";
import { StrategyFilters } from "./StrategyFilters";

/** "My Strategies": every strategy at a glance. Filter and sort live in the address. */
export function StrategiesPage() {
  usePageTitle("My Strategies");
  const [search, setSearch] = useSearchParams();
  const filter: Filter = FILTERS.find((value) => value === search.get("status")) ?? "all";
  const sort: Sort = SORTS.find(({ value }) => value === search.get("sort"))?.value ?? "most_active";
  const choose = (name: string, value: string, standard: string) =>
    setSearch(
      (before) => {
        if (value === standard) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  const list = useStrategies(filter, sort);
  const strategies = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isSuccess && strategies.length === 0 && filter === "all") return <FirstStrategy />;
  return (
    <>
      <div className={classes.head}>
        <Title order={1}>My Strategies</Title>
        <Button component={Link} to="/strategies/new" leftSection={<IconPlus size={16} aria-hidden />}>
          Start Strategy
        </Button>
      </div>
      <StrategyFilters
        filter={filter}
        sort={sort}
        onFilter={(value) => choose("status", value, "all")}
        onSort={(value) => choose("sort", value, "most_active")}
      />
      {list.isPending ? <CardSkeletons /> : null}
      {list.isError && strategies.length === 0 ? (
        <Panel>
          <Failure what="Your strategies could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
        </Panel>
      ) : null}
      {list.isSuccess && strategies.length === 0 ? (
        <Panel>
          <Notice icon={<IconFilterOff size={28} aria-hidden />} title={`No strategy is ${filter === "error" ? "in error" : filter === "draft" ? "a draft" : filter}`}>
            <Button variant="default" size="xs" mt="xs" onClick={() => choose("status", "all", "all")}>
              Show all
            </Button>
          </Notice>
        </Panel>
      ) : null}
      <ul className={classes.grid} aria-label="Strategies">
        {strategies.map((strategy) => (
          <li key={strategy.id}>
            <StrategyCard strategy={strategy} answeredAt={list.dataUpdatedAt} />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <div className={classes.more}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
    </>
  );
}

function CardSkeletons() {
  return (
    <div className={classes.grid} role="status" aria-label="Loading strategies">
      {[0, 1, 2].map((place) => (
        <Skeleton key={place} height={216} radius="lg" />
      ))}
    </div>
  );
}
