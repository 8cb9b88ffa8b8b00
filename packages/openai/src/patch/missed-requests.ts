import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';

const USER_AGENT = /OpenAI\/JS \d/;

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
      if (!USER_AGENT.test(userAgentOf(message))) return;
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

/** The platform's `fetch` has its headers as a text or a list of names and values; `http` has a method. */
function userAgentOf(message: unknown): string {
  const request = (message as { request?: { headers?: unknown; getHeader?: unknown } } | undefined)?.request;
  if (typeof request?.getHeader === 'function') {
    const agent = (request as { getHeader(name: string): unknown }).getHeader('user-agent');
    return typeof agent === 'string' ? agent : '';
  }
  const headers = request?.headers;
  if (typeof headers === 'string') return headers;
  if (!Array.isArray(headers)) return '';
  const at = headers.findIndex((name) => typeof name === 'string' && name.toLowerCase() === 'user-agent');
  return at === -1 ? '' : String(headers[at + 1]);
}
