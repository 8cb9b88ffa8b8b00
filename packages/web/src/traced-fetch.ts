import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_USER_ID } from '@userspan/core';

import type { Settings } from './options.ts';
import type { Attributes } from './otlp-span.ts';
import type { Recorder } from './recorder.ts';

/**
 * Makes a `fetch` that carries the trace, and to named origins the user.
 *
 * The promise is the browser's own. Headers that the caller set stay. `traceparent` on a request to another origin makes
 * the browser ask that origin first (CORS); `sendTraceTo` names those that allow it.
 */
export function makeFetch(recorder: Recorder, settings: Settings): typeof fetch {
  return (input, init) => {
    const asRequest = input instanceof Request ? input : undefined;
    const url = urlOf(input instanceof Request ? input.url : String(input));
    if (url === undefined) return globalThis.fetch(input, init);

    const ids = recorder.newIds();
    const isTraced = settings.sendTraceTo?.has(url.origin) ?? true;
    const isKnown = settings.sendUserTo.has(url.origin);
    const headers = new Headers(init?.headers ?? asRequest?.headers);
    if ((isTraced || isKnown) && !headers.has('traceparent')) {
      headers.set('traceparent', `00-${ids.traceId}-${ids.spanId}-01`);
    }
    if (isKnown) {
      headers.append('baggage', `${ATTR_USER_ID}=${encodeURIComponent(recorder.identity.current().id)}`);
    }

    const method = (init?.method ?? asRequest?.method ?? 'GET').toUpperCase();
    const about: Attributes = {
      'http.request.method': method,
      // Without query and fragment: they may hold what nobody wants in a trace.
      'url.full': url.origin + url.pathname,
      [ATTR_SERVER_ADDRESS]: url.hostname,
      [ATTR_SERVER_PORT]: url.port === '' ? undefined : Number(url.port),
    };
    const startMs = Date.now();
    const start = performance.now();
    const end = (attributes: Attributes, hasFailed: boolean): void => {
      recorder.record({
        ids,
        name: method,
        kind: 3,
        startMs,
        durationMs: performance.now() - start,
        attributes: { ...about, ...attributes },
        hasFailed,
      });
    };
    const answer = globalThis.fetch(input, { ...init, headers });
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

/** `undefined` for what `fetch` itself must complain about, and for `data:` and `blob:`, which go nowhere. */
function urlOf(text: string): URL | undefined {
  try {
    const url = new URL(text, location.href);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
