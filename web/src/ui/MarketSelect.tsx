import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { Market } from "@/api/types";
import { cents, shortUsdc } from "@/format/number";
import { useMarketSearch } from "@/queries/markets";

interface MarketSelectProps {
  label: string;
  description?: string;
  placeholder?: string;
  error?: string | null;
  value: Market | null;
  onChange: (market: Market | null) => void;
}

const TYPING_MS = 300;

/** An open market, found by words of its question. */
export function MarketSelect({ label, description, placeholder = "Words of its question", error, value, onChange }: MarketSelectProps) {
  const [typed, setTyped] = useState("");
  // The chosen question itself is no search.
  const [text] = useDebouncedValue(typed === value?.question ? "" : typed.trim().slice(0, 120), TYPING_MS);
  const [looked, setLooked] = useState(false);
  const markets = useMarketSearch(text, looked);
  const found = markets.data?.items ?? [];
  const known = value === null || found.some(({ id }) => id === value.id) ? found : [value, ...found];
  const nothing = markets.isError ? "Markets cannot be read right now" : markets.isPending || markets.isPlaceholderData ? "Looking…" : "No open market has these words";
  return (
    <Select
      label={label}
      description={description}
      placeholder={placeholder}
      error={error}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Clear" }}
      // The server has looked already.
      filter={({ options }) => options}
      data={known.map(({ id, question }) => ({ value: id, label: question }))}
      renderOption={({ option }) => {
        const market = known.find(({ id }) => id === option.value);
        return (
          <span>
            {option.label}
            {market === undefined ? null : <span style={{ display: "block", color: "var(--ink-3)", fontSize: "0.75rem" }}>{`${cents(market.price)} · ${shortUsdc(market.volume)} traded`}</span>}
          </span>
        );
      }}
      nothingFoundMessage={nothing}
      value={value?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      onFocus={() => setLooked(true)}
      onChange={(id) => onChange(known.find((market) => market.id === id) ?? null)}
    />
  );
}
