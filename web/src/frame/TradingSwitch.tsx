import { UnstyledButton } from "@mantine/core";
import { IconHandStop, IconShieldCheck, IconTrendingDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTradingState } from "@/queries/trading_state";
import { Moment } from "@/ui/Moment";
import frame from "./Frame.module.css";
import classes from "./HealthPopover.module.css";
import { tradingWords } from "./trading_words";
import { TradingDialog } from "./TradingDialog";

const LOOKS = {
  active: { word: "Trading", tone: classes.good, Icon: IconShieldCheck },
  reducing: { word: "Reducing", tone: classes.wait, Icon: IconTrendingDown },
  halted: { word: "Halted", tone: classes.bad, Icon: IconHandStop },
} as const;

/** The switch over all strategies, on every page. */
export function TradingSwitch() {
  const { data } = useTradingState();
  const [opened, setOpened] = useState(false);
  if (data === undefined) return null;
  const { word, tone, Icon } = LOOKS[data.state];
  return (
    <>
      <UnstyledButton className={classes.target} aria-label={`Trading state: ${data.state}`} onClick={() => setOpened(true)}>
        <Icon size={16} className={tone} aria-hidden />
        <span className={classes.word}>{word}</span>
      </UnstyledButton>
      <TradingDialog present={data} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** Nobody may forget that trading is not as usual: it stays until somebody resets it. */
export function TradingBanner() {
  const { data } = useTradingState();
  const [opened, setOpened] = useState(false);
  if (data === undefined || data.state === "active") return null;
  const Icon = data.state === "halted" ? IconHandStop : IconTrendingDown;
  return (
    <div className={`${frame.trading ?? ""} ${(data.state === "halted" ? frame.halted : frame.reducing) ?? ""}`} role="status" data-trading={data.state}>
      <Icon size={16} aria-hidden />
      <span>
        <b>{data.state === "halted" ? "Trading is halted." : "Trading is reducing."}</b> {tradingWords(data)} Set <Moment at={data.changed_at} />
        {data.reason === null || data.reason === "" ? "." : `: ${data.reason}`}
      </span>
      <button type="button" className={frame.reset} onClick={() => setOpened(true)}>
        Reset…
      </button>
      <TradingDialog present={data} opened={opened} onClose={() => setOpened(false)} />
    </div>
  );
}
