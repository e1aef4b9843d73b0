import { NativeSelect } from "@mantine/core";
import { FILTERS, SORTS, useStatusCounts, type Filter, type Sort } from "@/queries/strategies";
import classes from "./StrategiesPage.module.css";

const LABELS: Record<Filter, string> = {
  all: "All",
  running: "Running",
  paused: "Paused",
  stopped: "Stopped",
  error: "Error",
  draft: "Draft",
};

interface StrategyFiltersProps {
  filter: Filter;
  sort: Sort;
  onFilter: (filter: Filter) => void;
  onSort: (sort: Sort) => void;
}

export function StrategyFilters({ filter, sort, onFilter, onSort }: StrategyFiltersProps) {
  const { data } = useStatusCounts();
  return (
    <div className={classes.controls}>
      <div className={classes.filters} role="group" aria-label="Filter by status">
        {FILTERS.map((value) => (
          <button key={value} type="button" className={classes.chip} aria-pressed={value === filter} onClick={() => onFilter(value)}>
            {LABELS[value]}
            {data === undefined ? null : <b>{data[value]}</b>}
          </button>
        ))}
      </div>
      <NativeSelect
        aria-label="Sort"
        size="xs"
        value={sort}
        data={[...SORTS]}
        onChange={(event) => {
          const chosen = SORTS.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) onSort(chosen.value);
        }}
      />
    </div>
  );
}
