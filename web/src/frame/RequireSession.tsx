import { Center, Loader } from "@mantine/core";
import { Navigate, useLocation } from "react-router";
import { useMe } from "@/queries/session";
import { Failure } from "@/ui/Notice";
import { Frame } from "./Frame";
import { SourceBanner } from "./SourceBanner";

/** Without a session every page leads to the login page, and back afterwards. */
export function RequireSession() {
  const me = useMe();
  const location = useLocation();
  if (me.data === null) return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />;
  if (me.data !== undefined) return <Frame user={me.data} />;
  if (me.isError) {
    return (
      <>
        <header>
          <SourceBanner />
        </header>
        <main>
          <Failure page what="Cascadian cannot be reached" error={me.error} onRetry={() => void me.refetch()} />
        </main>
      </>
    );
  }
  return (
    <Center h="60vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
