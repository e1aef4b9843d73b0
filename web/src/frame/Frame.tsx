import { Suspense } from "react";
import { NavLink, Outlet, Link } from "react-router";
import type { User } from "@/api/types";
import { LiveUpdates } from "@/stream/LiveUpdates";
import { PageSkeleton } from "@/ui/PageSkeleton";
import { BrandMark } from "./BrandMark";
import { ColorSchemeToggle } from "./ColorSchemeToggle";
import classes from "./Frame.module.css";
import { HealthPopover } from "./HealthPopover";
import { SourceBanner } from "./SourceBanner";
import { StaleRibbon } from "./StaleRibbon";
import { TradingBanner, TradingSwitch } from "./TradingSwitch";
import { UserMenu } from "./UserMenu";

/** What every page stands in. */
export function Frame({ user }: { user: User }) {
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <LiveUpdates />
      <header className={classes.bar}>
        <SourceBanner />
        <div className={classes.inner}>
          <Link to="/strategies" className={classes.brand} aria-label="Cascadian, home">
            <BrandMark />
            <span className={classes.brandWord}>Cascadian</span>
          </Link>
          <nav className={classes.nav} aria-label="Main">
            <NavLink to="/strategies" end className={classes.link ?? ""}>
              My Strategies
            </NavLink>
            <NavLink to="/positions" className={classes.link ?? ""}>
              Positions
            </NavLink>
            <NavLink to="/capital" className={classes.link ?? ""}>
              Capital
            </NavLink>
          </nav>
          <div className={classes.tools}>
            <TradingSwitch />
            <HealthPopover />
            <ColorSchemeToggle />
            <UserMenu user={user} />
          </div>
        </div>
        <TradingBanner />
        <StaleRibbon />
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}
