import { Button, Group } from "@mantine/core";
import { IconSchema } from "@tabler/icons-react";
import { Link } from "react-router";
import { ImportStrategy } from "./import/ImportStrategy";

/** What begins without a template. */
export function OtherWays() {
  return (
    <Group gap="sm" mb="lg">
      <Button component={Link} to="/strategies/new/graph" variant="default" leftSection={<IconSchema size={16} aria-hidden />}>
        Begin with an empty graph
      </Button>
      <ImportStrategy />
    </Group>
  );
}
