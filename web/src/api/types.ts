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
export type Graph = Schemas["Graph"];
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
