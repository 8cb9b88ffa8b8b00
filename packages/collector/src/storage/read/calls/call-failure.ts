import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';

/** What went wrong in a span, as an `exception` event has it. */
export interface ExceptionJson {
  readonly type: string | null;
  readonly message: string | null;
  readonly stack: string | null;
}

type Attributes = Readonly<Record<string, unknown>>;

/** The exception of a span: of its last event that has one, else of its own attributes; `null` without one. */
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

/** Attributes with the time from the request to the first piece of a streamed answer, and milliseconds in their unit. */
const FIRST_CHUNK: readonly (readonly [name: string, unitMs: number])[] = [
  [ATTR_TIME_TO_FIRST_CHUNK, 1_000],
  ['gen_ai.server.time_to_first_token', 1_000],
  ['ai.response.msToFirstChunk', 1],
];

/** Milliseconds from the start of a call to the first piece of its answer; `null` where no attribute has them. */
export function firstChunkMsOf(attributes: Attributes, durationMs: number): number | null {
  for (const [name, unitMs] of FIRST_CHUNK) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof value === 'number' && value >= 0 && value * unitMs <= durationMs) return value * unitMs;
  }
  return null;
}

/** How often the client sent the request again inside this call; 0 where it says nothing. */
export function resendsOf(attributes: Attributes): number {
  const count = attributes['http.request.resend_count'];
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : 0;
}
