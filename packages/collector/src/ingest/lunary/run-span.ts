import {
  ATTR_AGENT_NAME,
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_ERROR_TYPE,
  ATTR_INPUT_MESSAGES,
  ATTR_INPUT_TOKENS,
  ATTR_OPENAI_REQUEST_TIER,
  ATTR_OPERATION_NAME,
  ATTR_OUTPUT_MESSAGES,
  ATTR_OUTPUT_TOKENS,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_ID,
  ATTR_RESPONSE_MODEL,
  ATTR_TAGS,
  ATTR_TOOL_CALL_ARGUMENTS,
  ATTR_TOOL_CALL_RESULT,
  ATTR_TOOL_NAME,
  ATTR_WORKFLOW_NAME,
} from '@userspan/core/semconv';
import type { ClientSpan, ClientValue } from '../client-span.ts';
import { userPairs } from '../client-user.ts';
import { isEnd, type Run } from './lunary-run.ts';

type RunEvent = Run['events'][number]['event'];
type Pair = readonly [key: string, value: ClientValue];

/** For each type of run, its operation and the attribute for its name. */
const OPERATIONS: Readonly<Record<string, readonly [operation: string, nameKey: string]>> = {
  llm: ['chat', ATTR_REQUEST_MODEL],
  embed: ['embeddings', ATTR_REQUEST_MODEL],
  agent: ['invoke_agent', ATTR_AGENT_NAME],
  tool: ['execute_tool', ATTR_TOOL_NAME],
  chain: ['invoke_workflow', ATTR_WORKFLOW_NAME],
  retriever: ['retrieval', 'gen_ai.data_source.id'],
};

/** The span of a run. User, model and input are in its start event, usage and output in its end event. */
export function runSpan(run: Run): ClientSpan {
  const events = run.events.map(({ event }) => event);
  const start = events.find((event) => !isEnd(event));
  const end = events.find(isEnd);
  const first = start ?? end;
  if (first === undefined) {
    throw new Error('a run has a start or an end');
  }
  const [operation, nameKey] = OPERATIONS[first.type] ?? ['invoke_workflow', ATTR_WORKFLOW_NAME];
  const name = start?.name ?? end?.name;
  const isRequest = first.type === 'llm' || first.type === 'embed';
  const isTool = first.type === 'tool';
  const startMs = first.timeMs;
  return {
    traceId: run.traceId,
    spanId: run.spanId,
    parentSpanId: run.parentSpanId,
    name: name === undefined ? operation : `${operation} ${name}`,
    isRequest,
    startMs,
    endMs: end?.timeMs ?? startMs,
    error: end?.error,
    attributes: [
      [ATTR_OPERATION_NAME, operation],
      [nameKey, name],
      ...userPairs(run.user ?? end?.user),
      [ATTR_TAGS, start?.tags ?? end?.tags],
      [ATTR_ERROR_TYPE, end?.error === undefined ? undefined : '_OTHER'],
      ...(isRequest ? requestPairs(start, end) : []),
      [isTool ? ATTR_TOOL_CALL_ARGUMENTS : ATTR_INPUT_MESSAGES, content(start?.input, isTool, 'user')],
      [isTool ? ATTR_TOOL_CALL_RESULT : ATTR_OUTPUT_MESSAGES, content(end?.output, isTool, 'assistant')],
    ],
  };
}

/** Attributes of requests to a model: answer, usage and service tiers. */
function requestPairs(start: RunEvent | undefined, end: RunEvent | undefined): Pair[] {
  return [
    [ATTR_RESPONSE_MODEL, end?.responseModel],
    [ATTR_RESPONSE_ID, end?.responseId],
    [ATTR_INPUT_TOKENS, end?.usage?.input],
    [ATTR_OUTPUT_TOKENS, end?.usage?.output],
    [ATTR_CACHE_READ_TOKENS, end?.usage?.cacheRead],
    [ATTR_CACHE_CREATION_TOKENS, end?.usage?.cacheWrite],
    [ATTR_OPENAI_REQUEST_TIER, start?.requestTier],
    ['gen_ai.response.service_tier', end?.responseTier],
  ];
}

/** Converts Lunary's messages to the conventions' format. Arguments and results of tools are not changed. */
function content(json: string | undefined, isTool: boolean, role: string): string | undefined {
  if (json === undefined || isTool) {
    return json;
  }
  const messages = [JSON.parse(json) as unknown].flat();
  return JSON.stringify(
    messages.map((message) => {
      const { role: named = role, content: text = message } = (message ?? {}) as Record<string, unknown>;
      return { role: named, parts: [{ type: 'text', content: text }] };
    }),
  );
}
