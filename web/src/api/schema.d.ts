// Written after the HTTP contract; replaced by "npm run api".
export interface paths {
  "/api/login": { post: Op<{ body: { code: string }; answer: { user: S["User"] } }> };
  "/api/logout": { post: Op<{ answer: unknown }> };
  "/api/me": { get: Op<{ answer: S["User"] }> };
  "/api/health": { get: Op<{ answer: S["Health"] }> };
  "/api/node-types": { get: Op<{ answer: { items: S["NodeType"][] } }> };
  "/api/templates": { get: Op<{ answer: { items: S["Template"][] } }> };
  "/api/strategies": {
    get: Op<{ query: { status?: string; sort?: string; limit?: number; cursor?: string }; answer: Page<S["StrategyView"]> }>;
    post: Op<{ body: S["StrategyCreate"]; answer: S["StrategyView"] }>;
  };
  "/api/strategies/{strategy_id}": {
    get: Op<{ path: Id; answer: S["StrategyView"] }>;
    patch: Op<{ path: Id; body: S["StrategyUpdate"]; answer: S["StrategyView"] }>;
    delete: Op<{ path: Id; answer: never }>;
  };
  "/api/strategies/{strategy_id}/start": { post: Op<{ path: Id; answer: S["StrategyView"] }> };
  "/api/strategies/{strategy_id}/pause": { post: Op<{ path: Id; answer: S["StrategyView"] }> };
  "/api/strategies/{strategy_id}/resume": { post: Op<{ path: Id; answer: S["StrategyView"] }> };
  "/api/strategies/{strategy_id}/stop": { post: Op<{ path: Id; answer: S["StrategyView"] }> };
  "/api/strategies/{strategy_id}/run": { post: Op<{ path: Id; answer: { number: number; coalesced: boolean } }> };
  "/api/strategies/{strategy_id}/graph": { get: Op<{ path: Id; answer: S["GraphView"] }> };
  "/api/strategies/{strategy_id}/state": { get: Op<{ path: Id; answer: S["StateView"] }> };
  "/api/strategies/{strategy_id}/executions": { get: Op<{ path: Id; query: Paging; answer: Page<S["ExecutionView"]> }> };
  "/api/strategies/{strategy_id}/executions/{number}": {
    get: Op<{ path: Id & { number: number }; answer: S["ExecutionDetail"] }>;
  };
  "/api/strategies/{strategy_id}/watchlist": {
    get: Op<{ path: Id; query: Paging & { history?: boolean }; answer: Page<S["WatchlistEntry"]> }>;
  };
  "/api/strategies/{strategy_id}/watchlist/{entry_id}": { delete: Op<{ path: Id & { entry_id: string }; answer: never }> };
  "/api/strategies/{strategy_id}/trades": { get: Op<{ path: Id; query: Paging; answer: Page<S["TradeView"]> }> };
  "/api/strategies/{strategy_id}/orders": { get: Op<{ path: Id; query: Paging; answer: Page<S["OrderView"]> }> };
  "/api/strategies/{strategy_id}/events": { get: Op<{ path: Id; query: Paging; answer: Page<S["EventView"]> }> };
}

type S = components["schemas"];
interface Id {
  strategy_id: string;
}
interface Paging {
  limit?: number;
  cursor?: string;
}
interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
type Op<T extends { path?: unknown; query?: unknown; body?: unknown; answer: unknown }> = {
  parameters: (T extends { path: infer P } ? { path: P } : { path?: never }) &
    (T extends { query: infer Q } ? { query?: Q } : { query?: never }) & { header?: { "Idempotency-Key"?: string } };
  responses: {
    200: { content: { "application/json": T["answer"] } };
    default: { content: { "application/problem+json": S["Problem"] } };
  };
} & (T extends { body: infer B } ? { requestBody: { content: { "application/json": B } } } : { requestBody?: never });

export interface components {
  schemas: {
    User: { id: string; name: string; email: string | null; is_owner: boolean };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail?: string | null;
      code: string;
      errors?: { node_id?: string | null; edge_index?: number | null; field?: string | null; code: string; message: string }[] | null;
    };
    Health: {
      status: "ok" | "degraded";
      version: string;
      source: "polymarket" | "sandbox";
      parts: { name: string; ok: boolean; detail: string | null }[];
      time: string;
      temporal_ui_url: string | null;
    };
    NodeType: { type: string; title: string; [name: string]: unknown };
    Template: {
      id: string;
      title: string;
      description: string;
      risk_note: string;
      interval_seconds: number;
      parameters: Record<string, unknown>;
    };
    Capital: { allocated: string; available: string; reserved: string; deployed: string };
    OnTimeWindow: { due: number; on_time: number; ratio: number | null };
    StrategyView: {
      id: string;
      name: string;
      mode: string;
      status: "draft" | "running" | "paused" | "stopped" | "error";
      desired_state: string;
      status_reason: string | null;
      degraded_reason: string | null;
      pending: boolean;
      template_id: string | null;
      version: { id: string; number: number; created_at: string };
      interval_seconds: number;
      error_after: number;
      created_at: string;
      started_at: string | null;
      uptime_seconds: number;
      uptime_since: string | null;
      total_executions: number;
      successful_executions: number;
      failed_executions: number;
      last_execution_at: string | null;
      next_execution_at: string | null;
      last_activity_at: string | null;
      watchlist_size: number;
      active_trades: number;
      closed_trades: number;
      win_rate: number | null;
      roi: string | null;
      allocation: S["Capital"];
      on_time: { h24: S["OnTimeWindow"]; d30: S["OnTimeWindow"] } | null;
      source: string;
    };
    StrategyCreate: {
      name: string;
      interval_seconds?: number;
      allocation?: string;
      error_after?: number;
      template?: { id: string; parameters: Record<string, unknown> };
      start?: boolean;
    };
    StrategyUpdate: { name?: string; interval_seconds?: number; error_after?: number };
    GraphView: { version_id: string; number: number; graph: S["Graph"] };
    Graph: {
      nodes: { id: string; type: string; name?: string; config?: Record<string, unknown> }[];
      edges: { source: string; source_port: string; target: string; target_port: string }[];
    };
    StateView: {
      source: "workflow" | "database";
      as_of: string;
      stale: boolean;
      status: S["StrategyView"]["status"];
      degraded: boolean;
      degraded_reason: string | null;
      total_executions: number;
      successful_executions: number;
      failed_executions: number;
      watchlist_size: number;
      active_trades: number;
      uptime_seconds: number;
      last_execution_at: string | null;
      next_execution_at: string | null;
      executing: boolean;
      number: number | null;
    };
    ExecutionView: {
      number: number;
      trigger: string;
      status: string;
      scheduled_for: string | null;
      started_at: string;
      finished_at: string | null;
      duration_ms: number | null;
      on_time: boolean | null;
      missed_before: number;
      summary: string | null;
      error_message: string | null;
      error_node_id: string | null;
      watchlist_added: number;
      watchlist_removed: number;
      orders: number;
      steps: number;
    };
    ExecutionDetail: S["ExecutionView"] & { version: { id: string; number: number }; steps_detail: S["StepView"][] };
    StepView: {
      step: number;
      trigger: string;
      started_at: string | null;
      status: string;
      error_message: string | null;
      nodes: S["NodeRun"][];
      order_ids: string[];
      waiting: { node_id: string; port: string | null; due_at: string | null; order_id: string | null; items: number }[];
    };
    NodeRun: {
      node_id: string;
      type: string;
      title: string;
      rule: string | null;
      items_in: number;
      items_out: Record<string, number>;
      duration_ms: number | null;
      error: string | null;
      verdicts: { market_id: string; question: string | null; port: string | null; sentence: string }[];
    };
    WatchlistEntry: {
      id: string;
      market_id: string;
      question: string | null;
      added_at: string;
      reason: string | null;
      metadata: Record<string, unknown>;
      removed_at: string | null;
      removed_reason: string | null;
    };
    TradeView: {
      id: string;
      market_id: string;
      question: string | null;
      outcome: string;
      amount: string;
      cost: string | null;
      shares: string | null;
      fee: string | null;
      order_type: string;
      status: string;
      entry_price: string | null;
      exit_price: string | null;
      pnl: string | null;
      filled_at: string | null;
      closed_at: string | null;
      created_at: string;
      number: number | null;
      node_id: string | null;
      source: string;
      mode: string;
      order: { id: string; status: string; status_rule: string | null; status_reason: string | null } | null;
    };
    OrderView: {
      id: string;
      number: number;
      step: number;
      node_id: string;
      market_id: string;
      question: string | null;
      outcome: string;
      side: string;
      amount: string;
      status: string;
      status_rule: string | null;
      status_reason: string | null;
      filled_shares: string | null;
      filled_amount: string | null;
      fee: string | null;
      average_price: string | null;
      reason: string | null;
      created_at: string;
      final_at: string | null;
    };
    EventView: { id: string; kind: string; message: string; data: Record<string, unknown>; created_at: string };
  };
}
