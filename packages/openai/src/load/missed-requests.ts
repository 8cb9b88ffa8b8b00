import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';
import { versions } from 'node:process';

import { isBilledUrlPath } from '../endpoints/endpoint-of-request.ts';

/** Header of every library that is generated like `openai`, such as `groq-sdk` and `@cerebras/cerebras_cloud_sdk`. */
const GENERATOR = 'x-stainless-lang';
/** `OpenAI/JS 6.1.0`; the first word is the name of the client's class, which bundlers may shorten. */
const USER_AGENT = /openai\w*\/js /i;
const OPENAI_HOST = /(?:^|[./@])(?:api\.openai\.com|openai\.azure\.com)(?::\d+)?$/i;

/** The code of the process warning. */
export const MISSED = 'USERSPAN_OPENAI_MISSED';

const PATCHED = Symbol.for('userspan.openai.patched.1');

const started = new Set<MissedRequests>();

/**
 * Remembers that some copy of this package records calls in this process. Its own checks stop at once, because with a
 * subscriber of their channels each call would enter its context (`isFetchObserved`).
 */
export function markPatched(): void {
  (globalThis as Record<symbol, unknown>)[PATCHED] = true;
  for (const missed of started) missed.stop();
}

function isPatched(): boolean {
  return (globalThis as Record<symbol, unknown>)[PATCHED] === true;
}

/**
 * Detects requests of an `openai` package that could not be instrumented, because it is part of a bundle or was
 * imported before the hook was installed. Without this, nobody would notice the missing spans.
 */
export class MissedRequests {
  readonly #channels: readonly Channel[] = [
    channel('undici:request:create'),
    channel('http.client.request.start'),
  ];
  readonly #onRequest: (message: unknown) => void;
  #stopWatchingFetch: (() => void) | undefined;

  constructor(onMissed: () => void) {
    this.#onRequest = (message) => {
      if (isPatched()) this.stop();
      else if (isOpenAIRequest(message)) {
        this.stop();
        onMissed();
      }
    };
  }

  /** Checks every request of the process until `stop` is called. */
  start(): void {
    if (isPatched()) return;
    started.add(this);
    for (const requests of this.#channels) requests.subscribe(this.#onRequest);
    // Bun and Deno do not publish the requests of their `fetch`.
    if (versions['bun'] !== undefined || versions['deno'] !== undefined) {
      this.#stopWatchingFetch ??= watchFetch(this.#onRequest);
    }
  }

  /** Idempotent. */
  stop(): void {
    started.delete(this);
    for (const requests of this.#channels) requests.unsubscribe(this.#onRequest);
    this.#stopWatchingFetch?.();
    this.#stopWatchingFetch = undefined;
  }
}

/**
 * Calls `onRequest` for each request of the global `fetch`, with the same message as the channels, and does not change
 * the request.
 *
 * @returns a function that stops the calls, and restores the runtime's own `fetch` unless it was replaced in the
 * meantime.
 */
export function watchFetch(onRequest: (message: unknown) => void): () => void {
  const original = globalThis.fetch;
  let isWatching = true;
  const watched = new Proxy(original, {
    apply(target, self, args: Parameters<typeof fetch>): unknown {
      if (isWatching) {
        try {
          onRequest({ request: requestOfFetch(...args) });
        } catch {
          // The runtime itself reports invalid arguments.
        }
      }
      return Reflect.apply(target, self, args);
    },
  });
  globalThis.fetch = watched;
  return () => {
    isWatching = false;
    if (globalThis.fetch === watched) globalThis.fetch = original;
  };
}

function requestOfFetch(input: string | URL | Request, init?: RequestInit): SentRequest {
  const request = input instanceof Request ? input : undefined;
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = new Headers(init?.headers ?? request?.headers);
  return {
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    path: `${url.pathname}${url.search}`,
    origin: url.origin,
    getHeader: (name) => headers.get(name) ?? undefined,
  };
}

/** A request of the platform's `fetch` (undici) or of `http`. */
interface SentRequest {
  readonly method?: unknown;
  readonly path?: unknown;
  /** undici: `https://api.openai.com`. */
  readonly origin?: unknown;
  /** undici: one string, or a list of names and values in turn. */
  readonly headers?: unknown;
  /** `http` */
  readonly getHeader?: (name: string) => unknown;
}

function isOpenAIRequest(message: unknown): boolean {
  const request = (message as { request?: SentRequest } | undefined)?.request;
  if (typeof request?.path !== 'string' || request.method !== 'POST') return false;
  const header = headerReader(request);
  if (header(GENERATOR) === undefined || !isBilledUrlPath(request.path)) return false;
  return USER_AGENT.test(header('user-agent') ?? '') || OPENAI_HOST.test(hostOf(request, header));
}

function hostOf({ origin }: SentRequest, header: (name: string) => string | undefined): string {
  if (typeof origin === 'string') return origin;
  return origin instanceof URL ? origin.host : (header('host') ?? '');
}

function headerReader(request: SentRequest): (name: string) => string | undefined {
  const { headers } = request;
  if (typeof request.getHeader === 'function') {
    return (name) => {
      // `node-fetch` sets a list with one item.
      const [value] = [request.getHeader?.(name)].flat();
      return typeof value === 'string' ? value : undefined;
    };
  }
  const lines = linesOf(headers);
  return (name) => {
    const at = lines.findIndex((line) => typeof line === 'string' && line.toLowerCase() === name);
    const value: unknown = lines[at + 1];
    return at >= 0 && typeof value === 'string' ? value : undefined;
  };
}

function linesOf(headers: unknown): readonly unknown[] {
  if (Array.isArray(headers)) return headers;
  return typeof headers === 'string' ? headers.split(/: |\r\n/) : [];
}
