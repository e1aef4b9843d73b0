import { createBrowserRouter, Navigate } from "react-router";
import { RequireSession } from "@/frame/RequireSession";
import { LoginPage } from "@/pages/login/LoginPage";
import { NotFoundPage } from "@/pages/not_found/NotFoundPage";
import { BrokenPage } from "@/pages/not_found/BrokenPage";

/** Pages load when first visited; the frame and the login page are there from the start. */
export const router = createBrowserRouter([
  { path: "/login", element: <LoginPage />, errorElement: <BrokenPage /> },
  {
    element: <RequireSession />,
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <></>,
    children: [
      { index: true, element: <Navigate to="/strategies" replace /> },
      { path: "strategies", lazy: async () => ({ Component: (await import("@/pages/strategies/StrategiesPage")).StrategiesPage }) },
      { path: "strategies/new", lazy: async () => ({ Component: (await import("@/pages/start_strategy/StartStrategyPage")).StartStrategyPage }) },
      { path: "strategies/new/graph", lazy: async () => ({ Component: (await import("@/pages/graph/NewGraphPage")).NewGraphPage }) },
      { path: "strategies/:strategyId", lazy: async () => ({ Component: (await import("@/pages/strategy/StrategyPage")).StrategyPage }) },
      { path: "strategies/:strategyId/versions", lazy: async () => ({ Component: (await import("@/pages/versions/VersionsPage")).VersionsPage }) },
      { path: "strategies/:strategyId/graph", lazy: async () => ({ Component: (await import("@/pages/graph/GraphPage")).GraphPage }) },
      { path: "positions", lazy: async () => ({ Component: (await import("@/pages/positions/PositionsPage")).PositionsPage }) },
      { path: "capital", lazy: async () => ({ Component: (await import("@/pages/capital/CapitalPage")).CapitalPage }) },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
