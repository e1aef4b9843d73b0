import { Button, Group, Modal, Stack } from "@mantine/core";
import { useEffect } from "react";
import { useBlocker } from "react-router";

/** Nobody loses unsaved changes by a click beside the page or a closed window. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
  const blocked = blocker.state === "blocked";
  return (
    <Modal opened={blocked} onClose={() => blocker.reset?.()} title="Leave without saving?" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        <p style={{ margin: 0 }}>The graph has changes that are not saved. They are lost when you leave.</p>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
            Stay
          </Button>
          <Button color="red.8" onClick={() => blocker.proceed?.()}>
            Leave without saving
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
