/** The load tester: scenarios, leaves that speak the real protocol, honest percentiles, reports. */
export { defineScenario, parseScenario, readScenario, shippedScenarios } from './scenario/read-scenario.ts';
export type { Scenario } from './scenario/schema.ts';
export { isOfLink, type LoadPlan, type PlanOverrides } from './scenario/plan.ts';
export { createLinkProxy, type LinkProxy } from './run/link-proxy.ts';
export { runLoad, type LoadRunInit } from './run/load-run.ts';
export type { LoadTarget, TargetProcess } from './run/target.ts';
export { startAgent, type AgentInit, type LoadAgent } from './agent/agent.ts';
export { parseAgentLink } from './agent/agent-link.ts';
export type { RunResults, Verdict } from './results/results.ts';
export type { Snapshot } from './results/tally.ts';
export { createExporter, type Exporter } from './measure/exporter.ts';
export { intervalsCsv } from './results/csv.ts';
export { reportPage, type ReportInit } from './report/report-page.ts';
export { compareRuns, isRunResults, type RunComparison } from './results/diff.ts';
