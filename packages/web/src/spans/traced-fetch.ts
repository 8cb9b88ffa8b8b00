import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_USER_ID } from '@userspan/core/semconv';

import type { Settings } from '../options.ts';
import type { Attributes } from './otlp-span.ts';
import type { Recorder, SpanIds } from './recorder.ts';

/**
 * Creates a `fetch` that sends the trace context and, to listed origins, the user.
 *
 * It returns the browser's own promise. Headers of the caller are not overwritten. `traceparent` on a cross-origin
 * request causes a CORS preflight; `sendTraceTo` lists the origins that allow it.
 */
export function makeFetch(recorder: Recorder, settings: Settings): typeof fetch {
  return (input, init) => {
    const traced = prepare(recorder, settings, input, init);
    if (traced === undefined) return globalThis.fetch(input, init);
    const { ids, args, attributes, method } = traced;
    const startMs = Date.now();
    const start = performance.now();
    const end = (outcome: Attributes, hasFailed: boolean): void => {
      const durationMs = performance.now() - start;
      const about = { ...attributes, ...outcome };
      recorder.record({ ids, name: method, kind: 3, startMs, durationMs, attributes: about, hasFailed });
    };
    const answer = globalThis.fetch(...args);
    answer.then(
      ({ status }) => {
        const error = status >= 400 ? { [ATTR_ERROR_TYPE]: String(status) } : {};
        end({ 'http.response.status_code': status, ...error }, status >= 400);
      },
      (error: unknown) => end({ [ATTR_ERROR_TYPE]: error instanceof Error ? error.name : 'Error' }, true),
    );
    return answer;
  };
}

interface TracedRequest {
  readonly ids: SpanIds;
  readonly args: Parameters<typeof fetch>;
  readonly method: string;
  readonly attributes: Attributes;
}

/**
 * The request with our headers; `undefined` for an invalid request (about which `fetch` itself throws) and for one that
 * is not sent over the network.
 */
function prepare(
  recorder: Recorder,
  settings: Settings,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): TracedRequest | undefined {
  try {
    const isRequest = input instanceof Request;
    const url = new URL(isRequest ? input.url : String(input), location.href);
    if (!/^https?:$/.test(url.protocol) || init instanceof Request) return undefined;
    // Copies a request with its options as `fetch` does. With further options, the copy would lose its referrer.
    const request = isRequest ? new Request(input, init) : undefined;
    const headers = request?.headers ?? new Headers(init?.headers);
    const ids = recorder.newIds();
    const isKnown = settings.sendUserTo.has(url.origin);
    const isTraced = isKnown || (settings.sendTraceTo?.has(url.origin) ?? true);
    if (isTraced && !headers.has('traceparent')) {
      headers.set('traceparent', `00-${ids.traceId}-${ids.spanId}-01`);
    }
    if (isKnown)
      headers.append('baggage', `${ATTR_USER_ID}=${encodeURIComponent(recorder.identity.current().id)}`);
    const method = (request?.method ?? init?.method ?? 'GET').toUpperCase();
    return {
      ids,
      args: request === undefined ? [input, { ...init, headers }] : [request],
      method,
      attributes: {
        'http.request.method': method,
        // Without query and fragment, which may contain personal data.
        'url.full': url.origin + url.pathname,
        [ATTR_SERVER_ADDRESS]: url.hostname,
        [ATTR_SERVER_PORT]: url.port === '' ? undefined : Number(url.port),
      },
    };
  } catch {
    return undefined;
  }
}
