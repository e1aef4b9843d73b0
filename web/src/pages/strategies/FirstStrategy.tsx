import { Title } from "@mantine/core";
import { TemplateList } from "@/pages/start_strategy/TemplateList";
import classes from "./FirstStrategy.module.css";

/** The empty list: the shortest way to a running strategy. */
export function FirstStrategy() {
  return (
    <>
      <div className={classes.hero}>
        <Title order={1}>My Strategies</Title>
        <p>
          Nothing runs yet. Choose a template and run it in paper in one minute: it then executes around the clock on the server, with
          this browser closed as well. No real money moves.
        </p>
      </div>
      <h2 className={classes.label}>Templates</h2>
      <TemplateList under={2} />
    </>
  );
}
