import { Button, Group, Loader, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { ApiProblem, sentenceOf } from "@/api/problem";
import { BrandMark } from "@/frame/BrandMark";
import { SourceBanner } from "@/frame/SourceBanner";
import { useLogin, useMe } from "@/queries/session";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import classes from "./LoginPage.module.css";

function pageBefore(state: unknown): string {
  if (typeof state === "object" && state !== null && "from" in state && typeof state.from === "string") return state.from;
  return "/strategies";
}

export function LoginPage() {
  usePageTitle("Log in");
  const [search] = useSearchParams();
  const location = useLocation();
  const code = search.get("code");
  const { mutate: login, isPending, isError, error, isSuccess } = useLogin();
  const me = useMe(code === null || isError);
  // A code works once; React may run an effect twice.
  const tried = useRef<string | null>(null);

  useEffect(() => {
    if (code === null || tried.current === code) return;
    tried.current = code;
    login(code);
  }, [code, login]);

  if (isSuccess || (me.data && (code === null || isError))) return <Navigate to={pageBefore(location.state)} replace />;
  const busy = code !== null && !isError;
  return (
    <>
      <header>
        <SourceBanner />
      </header>
      <main className={classes.page}>
        <Panel className={classes.card}>
          <div className={classes.brand}>
            <BrandMark size={34} />
            Cascadian
          </div>
          {busy ? (
            <Group gap="sm" role="status">
              <Loader size="sm" aria-hidden />
              <Text>Logging in…</Text>
            </Group>
          ) : (
            <HowToLogIn error={isError ? error : null} retry={isPending || code === null ? null : () => login(code)} />
          )}
        </Panel>
      </main>
    </>
  );
}

function HowToLogIn({ error, retry }: { error: Error | null; retry: (() => void) | null }) {
  const away = error instanceof ApiProblem && error.passing;
  return (
    <>
      {error === null ? null : (
        <div className={classes.refused} role="alert">
          {away ? sentenceOf(error) : "This login link was used already or has expired."}
          {away && retry !== null ? (
            <Button size="xs" variant="default" mt="xs" onClick={retry}>
              Try again
            </Button>
          ) : null}
        </div>
      )}
      <Title order={1} mb="xs">
        Log in with your link
      </Title>
      <Text>There is no password. Cascadian gives you a link that logs this browser in, once:</Text>
      <ul className={classes.steps}>
        <li>
          open the link that <code className={`mono ${classes.command ?? ""}`}>make run</code> printed in its terminal, or
        </li>
        <li>
          ask for a new one: <code className={`mono ${classes.command ?? ""}`}>cascadian login-link</code>
        </li>
      </ul>
    </>
  );
}
