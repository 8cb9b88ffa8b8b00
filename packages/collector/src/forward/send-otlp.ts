import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { LOOP_STATUS } from '../ingest/passed-collectors.ts';
import type { Signal } from '../otlp/signal.ts';

/** A receiver's answer to a request. */
export type SendResult =
  | { readonly sent: true }
  /** A later retry may succeed: the receiver is down, full, or does not know us yet. */
  | {
      readonly sent: false;
      readonly retry: true;
      readonly reason: string;
      readonly afterMs: number | undefined;
    }
  /** The same bytes will never be accepted. */
  | { readonly sent: false; readonly retry: false; readonly reason: string };

export interface Receiver {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const gzipAsync = promisify(gzip);
const TIMEOUT_MS = 30_000;
/** The reason if the receiver forwards to this collector. */
export const LOOP = 'the receiver forwards to this collector: remove --forward from one of them';
/** Statuses for an invalid request. All others concern the receiver or its permissions. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** URL for a signal: below the path of the base URL, with its query. */
export function urlFor(base: string, signal: Signal): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url;
}

/** Sends one OTLP request as compressed protobuf over HTTP. Never rejects. */
export async function sendOtlp(
  { url, headers }: Receiver,
  signal: Signal,
  body: Uint8Array,
  abort: AbortSignal,
): Promise<SendResult> {
  try {
    const response = await fetch(urlFor(url, signal), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...headers,
        'content-type': 'application/x-protobuf',
        'content-encoding': 'gzip',
      },
      body: new Uint8Array(await gzipAsync(body, { level: constants.Z_BEST_SPEED })),
      signal: AbortSignal.any([abort, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    if (response.ok) {
      return { sent: true };
    }
    if (response.status === LOOP_STATUS) return { sent: false, retry: false, reason: LOOP };
    const reason = `HTTP ${response.status}`;
    return FINAL_STATUSES.has(response.status)
      ? { sent: false, retry: false, reason }
      : { sent: false, retry: true, reason, afterMs: retryAfterMs(response.headers.get('retry-after')) };
  } catch (error) {
    return { sent: false, retry: true, reason: causeOf(error), afterMs: undefined };
  }
}

/** Parses `Retry-After`: seconds or a date (RFC 9110). */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** The reason of a `fetch failed` error, which is the code of its cause, such as ECONNREFUSED. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'failed';
  }
  const { cause } = error;
  // `fetch` refuses ports of other protocols, such as 9 and 6000, with an error without a code.
  if (cause instanceof Error && cause.message === 'bad port') {
    return 'this port is reserved for another protocol, and HTTP clients refuse it: use another port for the receiver';
  }
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
