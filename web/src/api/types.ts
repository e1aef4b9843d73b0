import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["UserView"];
export type Health = Schemas["HealthView"];
export type NodeType = Schemas["NodeTypeView"];
export type Template = Schemas["TemplateView"];
export type Strategy = Schemas["StrategyView"];
export type StrategyStatus = Strategy["status"];
export type StrategyState = Schemas["StateView"];
export type StrategyCreate = Schemas["CreateStrategy"];
export type StrategyUpdate = Schemas["EditStrategy"];
export type StrategySettings = Schemas["StrategySettings"];
export type Graph = Schemas["Graph"];
export type GraphNode = Schemas["Node"];
export type GraphEdge = Schemas["Edge"];
export type VersionRow = Schemas["VersionRow"];
export type VersionDetail = Schemas["VersionDetail"];
export type VersionProblem = Schemas["VersionProblem"];
export type VersionDiff = Schemas["VersionDiff"];
export type FieldChange = Schemas["FieldChange"];
export type SaveVersion = Schemas["SaveVersion"];
export type StrategyImport = Schemas["ImportStrategy"];
export type DryRunRequest = Schemas["DryRun"];
export type DryRun = Schemas["DryRunView"];
export type Market = Schemas["MarketView"];
export type GraphView = Schemas["GraphView"];
export type Execution = Schemas["ExecutionView"];
export type ExecutionDetail = Schemas["ExecutionDetail"];
export type StepRun = Schemas["StepView"];
export type NodeRun = Schemas["NodeView"];
export type WatchlistEntry = Schemas["WatchlistEntryView"];
export type Trade = Schemas["TradeView"];
export type Order = Schemas["OrderView"];
export type TimelineEvent = Schemas["EventView"];
export type OnTimeWindow = Schemas["OnTimeWindow"];
export type StrategyPnl = Schemas["StrategyPnlView"];
export type PositionMark = Schemas["PositionMarkView"];
export type AccountPnl = Schemas["AccountPnlView"];
export type EquityCurve = Schemas["EquityView"];
export type Allocations = Schemas["AllocationsView"];
export type AllocationRow = Schemas["AllocationRowView"];
export type Rebalance = Schemas["Rebalance"];
export type TradingState = Schemas["TradingStateView"];
export type SetTradingState = Schemas["SetTradingState"];

/** When a position is to be left; ratios and prices as decimal text. */
export interface ExitRule {
  rule: string;
  kind: "stop_loss" | "take_profit" | "trailing_stop" | "breakeven" | "time_exit" | "before_resolution";
  ratio?: string | null;
  price?: string | null;
  activation_ratio?: string | null;
  minutes?: number | null;
  hold_seconds?: number;
  part_ratio?: string;
  price_floor?: string | null;
  slippage_max?: string | null;
}

export interface PositionExit extends ExitRule {
  state: string;
  sequence: number;
  peak_price: string | null;
  origin: string;
}

export interface ExitRequest {
  id: string;
  rule: string;
  status: string;
  reason: string;
  failure: string | null;
  attempts: number;
  shares_wanted: string | null;
  shares_sold: string;
  triggered_at: string;
  done_at: string | null;
}

export interface Position {
  id: string;
  strategy_id: string;
  strategy_name: string;
  market_id: string;
  question: string;
  outcome: string;
  shares: string;
  offered_shares: string;
  cost: string;
  average_price: string | null;
  realised_pnl: string;
  opened_at: string;
  closed_at: string | null;
  close_reason: string | null;
  mark: { price: string | null; basis: string; value: string | null; unrealised: string | null; observed_at: string | null } | null;
  exits: PositionExit[];
  open_requests: ExitRequest[];
}

export interface OrderMore {
  order_type: string;
  time_in_force: string;
  shares: string | null;
  limit_price: string | null;
  expires_at: string | null;
  cancel_requested_at: string | null;
  cancel_reason: string | null;
}

export type StopChoice = NonNullable<Strategy["stop_choice"]>;
export type Withdrawal = Schemas["WithdrawalView"];
export type OpenPositions = "keep" | "adopt";
