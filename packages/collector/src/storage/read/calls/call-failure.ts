import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';

/** An error of a span, with the fields of an `exception` event. */
export interface ExceptionJson {
  readonly type: string | null;
  readonly message: string | null;
  readonly stack: string | null;
}

type Attributes = Readonly<Record<string, unknown>>;

/** The exception of a span: from its last event with one, otherwise from its attributes; `null` without one. */
export function exceptionOf(attributes: Attributes, events: readonly unknown[]): ExceptionJson | null {
  const all = events.map((event) => (event as { readonly attributes?: Attributes } | null)?.attributes);
  const found = all.findLast((each) => each !== undefined && hasException(each));
  const source = found ?? (hasException(attributes) ? attributes : undefined);
  if (source === undefined) return null;
  return {
    type: textOf(source, 'exception.type'),
    message: textOf(source, 'exception.message'),
    stack: textOf(source, 'exception.stacktrace'),
  };
}

function hasException(attributes: Attributes): boolean {
  return ['exception.type', 'exception.message', 'exception.stacktrace'].some(
    (name) => textOf(attributes, name) !== null,
  );
}

function textOf(attributes: Attributes, name: string): string | null {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Attributes with the time until the first chunk of a streamed answer, and their unit in milliseconds. */
const FIRST_CHUNK: readonly (readonly [name: string, unitMs: number])[] = [
  [ATTR_TIME_TO_FIRST_CHUNK, 1_000],
  ['gen_ai.server.time_to_first_token', 1_000],
  ['ai.response.msToFirstChunk', 1],
];

/** Milliseconds from the start of a call to the first chunk of its answer; `null` if no attribute has it. */
export function firstChunkMsOf(attributes: Attributes, durationMs: number): number | null {
  for (const [name, unitMs] of FIRST_CHUNK) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof value === 'number' && value >= 0 && value * unitMs <= durationMs) return value * unitMs;
  }
  return null;
}

/** How often the client resent the request inside this call; 0 if unknown. */
export function resendsOf(attributes: Attributes): number {
  const count = attributes['http.request.resend_count'];
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : 0;
}
