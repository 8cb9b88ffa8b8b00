import { ATTR_INPUT_MESSAGES, ATTR_OUTPUT_MESSAGES, ATTR_SYSTEM_INSTRUCTIONS } from '@userspan/core/semconv';
import type { Attributes, AttributeValue } from '@userspan/ledger';
import { type LogRecord, LogRecordSchema } from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { decode } from './decode.ts';
import { itemsOf } from './items-of.ts';
import { attributesOf, valueOf } from './attributes-of.ts';
import { hasValidIds, hexOf } from './spans-of-request.ts';

/** Messages of a span's call in a log record, under the attribute names of spans. */
export interface ContentOfLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly timeUnixNano: bigint;
  /** `gen_ai.input.messages`, `gen_ai.output.messages`, `gen_ai.system_instructions`: lists. */
  readonly attributes: Attributes;
}

const DETAILS_EVENTS: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.client.operation.details',
]);
const LISTS = [ATTR_SYSTEM_INSTRUCTIONS, ATTR_INPUT_MESSAGES, ATTR_OUTPUT_MESSAGES] as const;
/** The events of the conventions before 1.37, one for each message. */
const MESSAGE_ROLES: Readonly<Record<string, string>> = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
};
const CHOICE_EVENT = 'gen_ai.choice';

/** The GenAI content events of an OTLP logs request that `scanProtobuf` accepted. Other records are skipped. */
export function* contentsOfLogs(bytes: Uint8Array): Generator<ContentOfLog, void> {
  for (const unit of itemsOf(bytes)) {
    const record = decode(LogRecordSchema, unit);
    const attributes = hasValidIds(record) ? contentOf(record) : undefined;
    if (attributes !== undefined) {
      yield {
        traceId: hexOf(record.traceId),
        spanId: hexOf(record.spanId),
        timeUnixNano: record.timeUnixNano === 0n ? record.observedTimeUnixNano : record.timeUnixNano,
        attributes,
      };
    }
  }
}

/** The messages in a log record; `undefined` for other kinds of records. */
export function contentOf(record: LogRecord): Attributes | undefined {
  const attributes = attributesOf(record.attributes);
  const name = record.eventName === '' ? attributes['event.name'] : record.eventName;
  if (typeof name !== 'string') {
    return undefined;
  }
  const body = valueOf(record.body);
  if (DETAILS_EVENTS.has(name)) {
    // Early versions have the same fields in the body.
    return detailsOf({ ...(isObject(body) ? body : undefined), ...attributes });
  }
  if (name === CHOICE_EVENT) {
    const choice = isObject(body) ? body : {};
    const message = messageOf('assistant', choice['message'] ?? null);
    const finishReason = choice['finish_reason'];
    return {
      [ATTR_OUTPUT_MESSAGES]: [
        typeof finishReason === 'string' ? { ...message, finish_reason: finishReason } : message,
      ],
    };
  }
  const role = Object.hasOwn(MESSAGE_ROLES, name) ? MESSAGE_ROLES[name] : undefined;
  return role === undefined ? undefined : { [ATTR_INPUT_MESSAGES]: [messageOf(role, body)] };
}

function detailsOf(attributes: Attributes): Attributes | undefined {
  const content: Record<string, AttributeValue> = {};
  for (const name of LISTS) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const list = typeof value === 'string' ? parseList(value) : value;
    if (Array.isArray(list)) {
      content[name] = list as readonly AttributeValue[];
    }
  }
  return Object.keys(content).length === 0 ? undefined : content;
}

function parseList(text: string): AttributeValue {
  try {
    return JSON.parse(text) as AttributeValue;
  } catch {
    return null;
  }
}

/** A message in the current format: a role with parts. */
function messageOf(role: string, body: AttributeValue): { readonly [key: string]: AttributeValue } {
  const message = isObject(body) ? body : { content: body };
  const { content = null, tool_calls: toolCalls = null, id = null } = message;
  const parts: AttributeValue[] = [];
  if (role === 'tool') {
    parts.push({ type: 'tool_call_response', id, response: content });
  } else if (content !== null) {
    parts.push({ type: 'text', content });
  }
  for (const call of Array.isArray(toolCalls) ? (toolCalls as readonly AttributeValue[]) : []) {
    const { id: callId = null, function: called = null } = isObject(call) ? call : {};
    const { name = null, arguments: args = null } = isObject(called) ? called : {};
    parts.push({ type: 'tool_call', id: callId, name, arguments: args });
  }
  const named = message['role'];
  return { role: typeof named === 'string' ? named : role, parts };
}

function isObject(value: AttributeValue): value is { readonly [key: string]: AttributeValue } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
