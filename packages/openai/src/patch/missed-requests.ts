import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';

const PATH =
  /\/(?:chat\/completions|responses|embeddings|completions|images\/\w+|audio\/\w+|moderations)(?:\?|$)/;
/** Sent by the libraries that are generated as `openai` is; its user agent holds a class name, which bundlers change. */
const HEADER = 'x-stainless-lang';

/**
 * Notices that the `openai` package sends a request in a process where it could not be instrumented: it is part of a
 * bundle, or was loaded with `import` before the hook for that was in place. Nothing else would ever tell.
 */
export class MissedRequests {
  readonly #channels: readonly Channel[] = [
    channel('undici:request:create'),
    channel('http.client.request.start'),
  ];
  readonly #onRequest: (message: unknown) => void;

  constructor(onMissed: () => void) {
    this.#onRequest = (message) => {
      if (!isOpenAIRequest(message)) return;
      this.stop();
      onMissed();
    };
  }

  /** Looks at every request of the process, until `stop`. */
  start(): void {
    for (const requests of this.#channels) requests.subscribe(this.#onRequest);
  }

  /** Idempotent. */
  stop(): void {
    for (const requests of this.#channels) requests.unsubscribe(this.#onRequest);
  }
}

interface SeenRequest {
  readonly path?: unknown;
  /** A text, or a list of names and values, in the platform's `fetch`. */
  readonly headers?: unknown;
  /** In `http`. */
  readonly getHeader?: (name: string) => unknown;
}

function isOpenAIRequest(message: unknown): boolean {
  const request = (message as { request?: SeenRequest } | undefined)?.request;
  if (typeof request?.path !== 'string' || !PATH.test(request.path)) return false;
  if (typeof request.getHeader === 'function') return request.getHeader(HEADER) !== undefined;
  const { headers } = request;
  if (typeof headers === 'string') return headers.toLowerCase().includes(HEADER);
  return (
    Array.isArray(headers) &&
    headers.some((name) => typeof name === 'string' && name.toLowerCase() === HEADER)
  );
}
