import { Skeleton } from "@mantine/core";

export function SectionSkeleton() {
  return (
    <div role="status" aria-label="Loading" style={{ padding: "1rem", display: "grid", gap: "0.6rem" }}>
      {[0, 1, 2, 3].map((place) => (
        <Skeleton key={place} height={30} />
      ))}
    </div>
  );
}
