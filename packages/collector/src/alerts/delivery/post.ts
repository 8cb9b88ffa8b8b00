import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import { checkHost, guardedLookup } from './address-guard.ts';

/** A request that is sent once. */
export interface PostRequest {
  readonly url: string;
  readonly method?: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the receiver answered. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The first bytes of the body. */
  readonly body: string;
}

export interface PostOptions {
  /** Receivers at private addresses are allowed. */
  readonly allowsPrivate: boolean;
  /** Time limit from connecting to the end of the answer. Default 15 s, by Standard Webhooks. */
  readonly timeoutMs?: number;
  /** Maximum number of bytes of the answer that are read. Default 64 KiB. */
  readonly maxAnswerBytes?: number;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends one request and follows no redirect. Addresses are checked when the socket connects.
 *
 * @throws PrivateAddressError, or the error of the socket, or an Error named `TimeoutError`.
 */
export function post(request: PostRequest, options: PostOptions): Promise<PostAnswer> {
  const { allowsPrivate, timeoutMs = TIMEOUT_MS, maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  return new Promise((resolve, reject) => {
    const url = new URL(request.url);
    if (!allowsPrivate) checkHost(url.hostname);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const method = request.method ?? 'POST';
    const outgoing = send(url, {
      method,
      // No agent, and so no kept connections: the address has to be checked for every request.
      agent: false,
      headers: {
        'user-agent': 'userspan',
        ...request.headers,
        ...(method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
      ...(allowsPrivate ? {} : { lookup: guardedLookup }),
    });
    const timer = setTimeout(() => {
      const error = new Error(`the receiver did not answer within ${timeoutMs / 1000} s`);
      error.name = 'TimeoutError';
      outgoing.destroy(error);
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (): void => {
        clearTimeout(timer);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8'),
        });
      };
      incoming.on('error', fail);
      incoming.on('data', (chunk: Buffer) => {
        if (length >= maxAnswerBytes) return;
        chunks.push(chunk);
        length += chunk.length;
        if (length < maxAnswerBytes) return;
        // Enough was read; the rest of the answer is ignored.
        finish();
        outgoing.destroy();
      });
      incoming.on('end', finish);
    });
    outgoing.end(method === 'GET' ? undefined : request.body);
  });
}

/** The three date formats of HTTP (RFC 9110, 5.6.7). The last one has no time zone. */
const HTTP_DATE = /^[A-Z][a-z]{2,8}, .{6,12} \d\d:\d\d:\d\d GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** `Retry-After` in milliseconds, from seconds or a date; `undefined` if it is absent or invalid. */
export function retryAfterMs(headers: PostAnswer['headers'], nowMs: number): number | undefined {
  const header = headers['retry-after'];
  if (typeof header !== 'string') return undefined;
  const value = header.trim();
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const dateMs = HTTP_DATE.test(value)
    ? Date.parse(value)
    : ASCTIME.test(value)
      ? Date.parse(`${value} GMT`)
      : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
