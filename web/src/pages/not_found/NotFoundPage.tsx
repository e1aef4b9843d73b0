import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "react-router";
import { Notice } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";

interface NotFoundProps {
  title?: string;
  text?: string;
}

export function NotFoundPage({ title = "There is no such page", text = "The address may be mistyped or from an older version." }: NotFoundProps) {
  usePageTitle("Not found");
  return (
    <Panel>
      <Notice page icon={<IconMapOff size={30} aria-hidden />} title={title} text={text}>
        <Button component={Link} to="/strategies" variant="default" mt="xs">
          To My Strategies
        </Button>
      </Notice>
    </Panel>
  );
}
