import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type Health = Schemas["Health"];
export type NodeType = Schemas["NodeType"];
export type Template = Schemas["Template"];
export type Strategy = Schemas["StrategyView"];
export type StrategyStatus = Strategy["status"];
export type StrategyState = Schemas["StateView"];
export type StrategyCreate = Schemas["StrategyCreate"];
export type StrategyUpdate = Schemas["StrategyUpdate"];
export type Graph = Schemas["Graph"];
export type GraphView = Schemas["GraphView"];
export type Execution = Schemas["ExecutionView"];
export type ExecutionDetail = Schemas["ExecutionDetail"];
export type StepRun = Schemas["StepView"];
export type NodeRun = Schemas["NodeRun"];
export type WatchlistEntry = Schemas["WatchlistEntry"];
export type Trade = Schemas["TradeView"];
export type Order = Schemas["OrderView"];
export type TimelineEvent = Schemas["EventView"];
export type OnTimeWindow = Schemas["OnTimeWindow"];
