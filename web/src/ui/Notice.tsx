import { Button } from "@mantine/core";
import { IconCloudOff, IconExclamationCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiProblem, sentenceOf } from "@/api/problem";
import classes from "./Panel.module.css";

interface NoticeProps {
  icon?: ReactNode;
  title: string;
  /** It stands for the whole page, so its title is the page's. */
  page?: boolean;
  text?: ReactNode;
  children?: ReactNode;
  bad?: boolean;
}

/** What stands where a list or a page would be: nothing yet, or not to be had. */
export function Notice({ icon, title, text, children, bad = false, page = false }: NoticeProps) {
  const Title = page ? "h1" : "p";
  return (
    <div className={bad ? `${classes.notice} ${classes.bad}` : classes.notice} role={bad ? "alert" : undefined}>
      {icon}
      <Title className={classes.title}>{title}</Title>
      {text === undefined ? null : <p className={classes.text}>{text}</p>}
      {children}
    </div>
  );
}

interface FailureProps {
  page?: boolean;
  what: string;
  error: unknown;
  onRetry: () => void;
}

export function Failure({ page = false, what, error, onRetry }: FailureProps) {
  const away = error instanceof ApiProblem && error.passing;
  return (
    <Notice
      bad
      page={page}
      icon={away ? <IconCloudOff size={28} aria-hidden /> : <IconExclamationCircle size={28} aria-hidden />}
      title={what}
      text={away ? `${sentenceOf(error)} This page tries again by itself.` : sentenceOf(error)}
    >
      <Button variant="default" size="xs" mt="xs" onClick={onRetry}>
        Try again
      </Button>
    </Notice>
  );
}
