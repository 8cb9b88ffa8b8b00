import type { TraceSpan } from '../../api/calls.ts';
import type { Turn } from '../../api/threads.ts';
import { plainValue } from '../../format/plain-value.ts';
import { readMessages, type ToolCall, type ToolResult } from './messages.ts';

/** A tool call in a turn. */
export interface ToolLine {
  readonly atMs: number;
  readonly name: string;
  /** JSON, or the original text; empty if not stored. */
  readonly args: string;
  /** Undefined if no result is stored. */
  readonly result: string | undefined;
  /** The error, if it failed. */
  readonly error: string | null;
  /** Undefined if no span of the tool was received. */
  readonly durationMs: number | undefined;
  /** Id of its span. */
  readonly spanId: string | undefined;
  readonly traceId: string;
  /** Span id of the call that requested the tool, or else of a call in the same trace. */
  readonly callSpanId: string | undefined;
}

/**
 * Returns the tool calls of a turn. Joins each request of a model with its result, which is in the input of the next
 * call, and with the span of its run: by the id of the tool call, or else by name in order.
 */
export function toolLinesOf(calls: readonly Turn[], runs: readonly TraceSpan[]): readonly ToolLine[] {
  const asked = calls.flatMap((call) =>
    readMessages(call.messages?.output, 'assistant').flatMap(({ toolCalls }) =>
      toolCalls.map((tool) => ({ tool, atMs: Date.parse(call.at) + call.durationMs, call })),
    ),
  );
  const results = calls.flatMap((call) =>
    readMessages(call.messages?.input, 'user').flatMap(({ toolResults }) => toolResults),
  );
  const left = runs.filter(({ operation }) => operation === 'execute_tool');
  const lines = asked.map(({ tool, atMs, call: { traceId, spanId } }): ToolLine => {
    const at = left.findIndex((run) => isRunOf(run, tool));
    const [run] = at === -1 ? [] : left.splice(at, 1);
    const result = results.find(({ id }) => id !== undefined && id === tool.id);
    return {
      ...lineOf(tool, run, result),
      atMs: run === undefined ? atMs : Date.parse(run.at),
      traceId,
      callSpanId: spanId,
    };
  });
  const others = left.map((run): ToolLine => ({
    ...lineOf({ id: undefined, name: nameOf(run), args: '' }, run, undefined),
    atMs: Date.parse(run.at),
    traceId: run.traceId,
    callSpanId: calls[0]?.spanId,
  }));
  return [...lines, ...others].toSorted((a, b) => a.atMs - b.atMs);
}

function isRunOf(run: TraceSpan, tool: ToolCall): boolean {
  const id = run.attributes['gen_ai.tool.call.id'];
  return typeof id === 'string' && tool.id !== undefined ? id === tool.id : nameOf(run) === tool.name;
}

function nameOf(run: TraceSpan): string {
  const name = run.attributes['gen_ai.tool.name'];
  return typeof name === 'string' && name !== '' ? name : run.name.replace(/^execute_tool /u, '');
}

function lineOf(
  tool: ToolCall,
  run: TraceSpan | undefined,
  result: ToolResult | undefined,
): Omit<ToolLine, 'atMs' | 'traceId' | 'callSpanId'> {
  const attribute = (name: string): string => plainValue(run?.attributes[name]);
  const ownResult = attribute('gen_ai.tool.call.result');
  return {
    name: tool.name,
    args: tool.args === '' ? attribute('gen_ai.tool.call.arguments') : tool.args,
    result: result?.result ?? (ownResult === '' ? undefined : ownResult),
    error:
      run?.status.code === 2
        ? run.status.message || attribute('error.type') || 'failed'
        : result?.isError === true
          ? result.result
          : null,
    durationMs: run?.durationMs,
    spanId: run?.spanId,
  };
}
