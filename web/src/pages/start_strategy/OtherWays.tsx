import { Group } from "@mantine/core";
import { ImportStrategy } from "./import/ImportStrategy";

/** What begins without a template. */
export function OtherWays() {
  return (
    <Group gap="sm" mb="lg">
      <ImportStrategy />
    </Group>
  );
}
