/**
 * Our own types for the parts of the OpenAI Agents SDK's traces and spans that are read. The SDK's types change between
 * versions, and applications that compile against this package should not need a certain one.
 */

/** One run of a workflow. */
export interface TracedRun {
  readonly traceId: string;
  readonly name: string;
  /** Id of the conversation that several runs belong to. */
  readonly groupId: string | null;
  readonly metadata?: Record<string, unknown>;
}

/** A step of a run. */
export interface TracedStep {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly spanData: StepData;
  readonly error: { readonly message: string } | null;
}

/** Data of a step, by `type`: `agent`, `function`, `handoff`, `guardrail`, `mcp_tools`, `generation`, `response`, … */
export type StepData = { readonly type: string };

/** The SDK's data per asynchronous context, in the `AsyncLocalStorage` under `STORAGE`. */
interface AgentsContext {
  readonly active?: boolean;
  readonly trace?: TracedRun | undefined;
  readonly span?: TracedStep | undefined;
}

/** The SDK shares its storage between copies of itself under this symbol, from version 0.4 on. */
const STORAGE: unique symbol = Symbol.for('openai.agents.core.asyncLocalStorage') as never;

/** The current run and step. */
export function currentAgentsContext(): AgentsContext | undefined {
  const storage = (globalThis as { [STORAGE]?: { getStore(): AgentsContext | undefined } })[STORAGE];
  const store = storage?.getStore();
  return store?.active === false ? undefined : store;
}

/** The fields of a step's data, which depend on its type. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
