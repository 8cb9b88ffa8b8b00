import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_AGENT_NAME,
  ATTR_OPERATION_NAME,
  ATTR_TOOL_CALL_ID,
  ATTR_TOOL_NAME,
  ATTR_TOOL_TYPE,
  ATTR_WORKFLOW_NAME,
} from '@userspan/core/semconv';

import type { Serialized } from './langchain-events.ts';

/** Name and attributes of a run's span. */
export interface RunDescription {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Classes whose runs are agent runs, because they decide themselves what to do next. */
const AGENT_CLASSES: ReadonlySet<string> = new Set([
  'CompiledStateGraph',
  'CompiledGraph',
  'Pregel',
  'AgentExecutor',
]);

/** Chains without their own work: filling in a prompt, parsing an answer. */
const STEP_TYPES: ReadonlySet<string> = new Set(['prompt', 'parser']);

/** Names of the internal steps between nodes in older LangGraph, which are not tagged as hidden. */
const GRAPH_GLUE = /^(?:Branch|ChannelWrite|ChannelRead)</;

/**
 * Whether a chain's run is only a step of the run above and gets no span: prompts and parsers and, inside of other
 * runs, connecting classes without their own name (`RunnableSequence`, `RunnableLambda`, …).
 */
export function isStep(
  chain: Serialized | undefined,
  run: { type: string | undefined; name: string | undefined; isRoot: boolean },
): boolean {
  if (run.type !== undefined && STEP_TYPES.has(run.type)) return true;
  if (run.name !== undefined && GRAPH_GLUE.test(run.name)) return true;
  const className = classOf(chain);
  const isUnnamed = run.name === undefined || run.name === className;
  return !run.isRoot && isUnnamed && className?.startsWith('Runnable') === true;
}

/** The span of a chain: `invoke_agent` for an agent or graph, `invoke_workflow` for every other chain. */
export function chainRun(chain: Serialized | undefined, runName: string | undefined): RunDescription {
  const name = runName ?? classOf(chain) ?? 'chain';
  const isAgent = AGENT_CLASSES.has(classOf(chain) ?? '');
  return isAgent
    ? describe('invoke_agent', name, { [ATTR_AGENT_NAME]: name })
    : describe('invoke_workflow', name, { [ATTR_WORKFLOW_NAME]: name });
}

/** `execute_tool`. */
export function toolRun(
  tool: Serialized | undefined,
  runName: string | undefined,
  callId: string | undefined,
): RunDescription {
  const name = runName ?? tool?.name ?? classOf(tool) ?? 'tool';
  const id = callId === undefined ? {} : { [ATTR_TOOL_CALL_ID]: callId };
  return describe('execute_tool', name, { [ATTR_TOOL_NAME]: name, [ATTR_TOOL_TYPE]: 'function', ...id });
}

/** `retrieval`. */
export function retrieverRun(retriever: Serialized | undefined, runName: string | undefined): RunDescription {
  const name = runName ?? retriever?.name ?? classOf(retriever) ?? 'retriever';
  return describe('retrieval', name, { 'gen_ai.data_source.id': name });
}

function describe(operation: string, name: string, attributes: Attributes): RunDescription {
  return { name: `${operation} ${name}`, attributes: { [ATTR_OPERATION_NAME]: operation, ...attributes } };
}

function classOf(serialized: Serialized | undefined): string | undefined {
  return serialized?.id?.at(-1);
}
