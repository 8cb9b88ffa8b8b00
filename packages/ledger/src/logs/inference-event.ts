import { readText } from '../reading/read-attribute.ts';
import type { AttributeValue } from '../span.ts';
import { keptAttributes } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

const NAMES: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.client.operation.details',
]);
/** Attributes with content, which the collector stores separately. */
const CONTENT = /^gen_ai\.(?:input\.messages|output\.messages|system_instructions|tool\.definitions)$/;
const READ = /^(?:gen_ai\.|openai\.|server\.|error\.type$|http\.response\.status_code$|github\.copilot\.)/;

/** The event of the GenAI conventions for a request, which Copilot and others send with or without a span. */
export const inferenceEvent: LogDialect = { name: 'gen_ai', readEvent };

function readEvent({ attributes, body, resource }: LogRecord, eventName: string): InferenceEvent | undefined {
  if (!NAMES.has(eventName) || readText(resource, 'service.name') === 'gemini-cli') return undefined;
  const isMap =
    typeof body === 'object' && body !== null && !Array.isArray(body) && !(body instanceof Uint8Array);
  const all = isMap ? { ...(body as Readonly<Record<string, AttributeValue>>), ...attributes } : attributes;
  const kept = keptAttributes(all);
  for (const key of Object.keys(all)) {
    const value = all[key];
    if (value !== undefined && READ.test(key) && !CONTENT.test(key)) kept[key] = value;
  }
  if (
    readText(kept, 'gen_ai.request.model') === undefined &&
    readText(kept, 'gen_ai.response.model') === undefined
  ) {
    return undefined;
  }
  const requestKey = readText(kept, 'gen_ai.response.id');
  const error = readText(kept, 'error.type');
  return {
    attributes: kept,
    ...(requestKey === undefined ? {} : { requestKey }),
    ...(error === undefined ? {} : { error }),
  };
}
