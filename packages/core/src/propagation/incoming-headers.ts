import type { TextMapGetter } from '@opentelemetry/api';

/**
 * The headers of an incoming request: `headers.get('x-caller')`, or `headers['x-caller']` in lower case.
 *
 * A header that was sent twice is one string, joined by a comma.
 */
export type IncomingHeaders = Readonly<Record<string, string | undefined>> & {
  get(name: string): string | undefined;
};

/** Reads the carrier of an extraction, of any shape, as headers. */
export function incomingHeaders(carrier: unknown, getter: TextMapGetter): IncomingHeaders {
  const headers: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of getter.keys(carrier)) {
    const value = getter.get(carrier, name);
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  }
  const get = (name: string): string | undefined => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  };
  Object.defineProperty(headers, 'get', { value: get, enumerable: false });
  return headers as IncomingHeaders;
}
