import { Button } from "@mantine/core";
import { IconExclamationCircle } from "@tabler/icons-react";
import { useRouteError } from "react-router";
import { sentenceOf } from "@/api/problem";
import { Notice } from "@/ui/Notice";

/** A fault in the page itself, or a part of it that could not be loaded after an upgrade. */
export function BrokenPage() {
  const error = useRouteError();
  return (
    <main>
      <Notice
        bad
        page
        icon={<IconExclamationCircle size={30} aria-hidden />}
        title="This page broke"
        text={`Your strategies are not affected: they run on the server. (${sentenceOf(error)})`}
      >
        <Button variant="default" mt="xs" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      </Notice>
    </main>
  );
}
