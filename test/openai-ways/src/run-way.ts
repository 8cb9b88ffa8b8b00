import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { Bill, ReceivedRequest } from '@userspan-test/openai-server';

import { collectUntil } from './collect.ts';
import type { OpenAIClient, OpenAIModule } from './majors.ts';
import { plain } from './plain.ts';
import type { Way } from './way.ts';

/** The results of one run of a way. */
export interface Run {
  /** The caller's result or error, and values noted during the run. */
  readonly seen: unknown;
  /** The requests that the server received. */
  readonly requests: readonly unknown[];
  readonly bills: readonly Bill[];
  readonly port: number;
}

/** Runs a way with its own server, and waits for `settled` before the server closes. */
export async function runWay(
  way: Way,
  major: number,
  module: OpenAIModule,
  settled: () => boolean = () => true,
): Promise<Run> {
  const server = await startOpenAIServer();
  const notes: unknown[] = [];
  const make = (options: Record<string, unknown> = {}): OpenAIClient =>
    new module.OpenAI({ apiKey: 'sk-test', baseURL: server.url, logLevel: 'off', ...options } as never);
  const restore = silence();
  try {
    const result = await outcomeOf(() =>
      way.run({
        major,
        module,
        server,
        client: make(),
        make,
        fetchFor: redirectedFetch,
        note: (value) => notes.push(plain(value)),
      }),
    );
    const seen = { ...result, notes };
    await collectUntil(settled);
    return {
      seen,
      requests: server.requests.map((request) => plainRequest(request, way.isMultipart === true)),
      bills: [...server.bills],
      port: Number(new URL(server.url).port),
    };
  } finally {
    restore();
    await server.close();
  }
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    return { result: plain(await run()) };
  } catch (error) {
    return { error: plain(error) };
  }
}

/** openai 4 prints answers that it cannot read. */
function silence(): () => void {
  const { error, warn } = console;
  console.error = () => {};
  console.warn = () => {};
  return () => {
    console.error = error;
    console.warn = warn;
  };
}

function redirectedFetch(baseURL: string, target: string): typeof fetch {
  return (input, init) => fetch((input as string).replace(baseURL, target), init);
}

/** The bytes of a request without parts that may differ: the port, form boundaries, and what Userspan removes or adds. */
function plainRequest({ method, path, headers, body }: ReceivedRequest, isMultipart: boolean): unknown {
  const { host: _host, 'content-length': _length, 'idempotency-key': key, ...rest } = headers;
  if (isMultipart) {
    const boundary = /boundary=(.+)$/.exec(String(rest['content-type']))?.[1] ?? '';
    return {
      method,
      path,
      headers: { ...rest, 'content-type': 'multipart/form-data' },
      body: withoutOurFields(body.replaceAll(boundary, 'BOUNDARY')),
    };
  }
  return { method, path: plain(path), headers: { ...rest, key: typeof key }, body: plain(withoutOurs(body)) };
}

function withoutOurs(body: string): string {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return body;
  }
  if (!('userProps' in parsed || 'tags' in parsed || 'stream_options' in parsed)) return body;
  delete parsed['userProps'];
  delete parsed['tags'];
  const { include_usage: _usage, ...options } = (parsed['stream_options'] ?? {}) as Record<string, unknown>;
  delete parsed['stream_options'];
  const kept = Object.keys(options).length > 0 ? { ...parsed, stream_options: options } : parsed;
  // openai 4 indents its JSON.
  return JSON.stringify(kept, null, body.startsWith('{\n') ? 2 : 0);
}

function withoutOurFields(form: string): string {
  return form.replaceAll(
    /--BOUNDARY\r\nContent-Disposition: form-data; name="(?:userProps\[\w+\]|tags(?:\[\])?)"\r\n(?:[^\r]+\r\n)?\r\n[^\r]*\r\n/gi,
    '',
  );
}

/** The errors of spans, in order. */
export function errorsOf(spans: readonly ReadableSpan[]): (string | undefined)[] {
  return spans.map(({ status, attributes }) =>
    status.code === SpanStatusCode.ERROR ? String(attributes['error.type']) : undefined,
  );
}
