import { asRecord, asText } from './record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Maximum number of tool calls that are kept for one answer. */
const MAX_TOOLS = 10_000;

/** A tool call among the items of an answer, with the fields on which its price depends. */
export interface ToolCall {
  readonly id: unknown;
  readonly type: unknown;
  readonly [name: string]: unknown;
}

/**
 * Adds a tool call, unless one with its id is known: several connections to one session receive the same items. Other items, and
 * functions of the app, are not billed.
 */
export function addToolCall(calls: ToolCall[], item: Fields | undefined): void {
  const isCall = asText(item?.['type'])?.endsWith('_call') === true && item?.['type'] !== 'function_call';
  if (item === undefined || !isCall || calls.length >= MAX_TOOLS) return;
  const { id, type, status, action, container_id, environment, svg_usage } = item;
  if (id !== undefined && calls.some((known) => known.id === id)) return;
  calls.push({
    id,
    type,
    status,
    action: { type: asRecord(action)?.['type'] },
    container_id,
    environment,
    svg_usage,
  });
}
