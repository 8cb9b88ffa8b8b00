import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { diag } from '@opentelemetry/api';
// Not the package's index, which also loads the metrics SDK: a quarter of all modules of a start.
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer/build/src/trace/json/index.js';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer/build/src/trace/protobuf/index.js';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { builtinModule } from '../environment.ts';
import type { ExportTarget } from '../set-up/export-target.ts';
import type { EndableExporter } from './export-queue.ts';
import { sharedLookup } from './shared-lookup.ts';

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** One export with its retries. */
interface Delivery {
  readonly spans: readonly ReadableSpan[];
  readonly ending: AbortController;
  /** Whether the whole request was passed to the operating system. */
  isWritten: boolean;
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: Uint8Array;
}

const compress = promisify(gzip);
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const RETRYABLE_ERRORS: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
/** Errors for a host name that cannot be resolved, for which a retry within a second has the same result. */
const UNRESOLVED: ReadonlySet<unknown> = new Set(['EAI_AGAIN', 'ENOTFOUND']);
/** Limit for connecting. A pending connection is the only thing here that keeps the process running. */
const CONNECT_TIMEOUT_MS = 2000;
/**
 * How long an ending process tries to reach an unavailable collector: long enough for a proxy that restarts, and short
 * enough not to be noticed if the collector is not running. Earlier time without a connection is included, so a process
 * whose exports failed before ends without delay.
 */
const LAST_CONNECT_MS = 400;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends spans over OTLP/HTTP, as protobuf or JSON, with the retries of the specification.
 *
 * Its sockets and timers do not keep the process running, and `abort` ends them immediately. With OpenTelemetry's own
 * exporter, a process ends only after the last retry has failed.
 */
export class OtlpExporter implements EndableExporter {
  readonly #target: ExportTarget;
  readonly #deliveries = new Set<Delivery>();
  #agent: Agent | undefined;
  #hurriedAt: number | undefined;
  /** Start of the time without a connection. */
  #unreachableAt: number | undefined;
  readonly #pauses = new Set<() => void>();
  #lastRejection: string | undefined;

  constructor(target: ExportTarget) {
    this.#target = target;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const delivery: Delivery = { spans, ending: new AbortController(), isWritten: false };
    this.#deliveries.add(delivery);
    void this.#run(delivery, done);
  }

  async #run(delivery: Delivery, done: (result: ExportResult) => void): Promise<void> {
    const error = await this.#deliver(delivery);
    this.#deliveries.delete(delivery);
    done(error === undefined ? { code: 0 } : { code: 1, error });
  }

  /** Spans of running exports that were not completely passed to the operating system. */
  get unwritten(): readonly ReadableSpan[] {
    return [...this.#deliveries].filter(({ isWritten }) => !isWritten).flatMap(({ spans }) => spans);
  }

  /** A request body in the configured protocol; undefined if serialization fails. */
  serialize(spans: readonly ReadableSpan[]): Uint8Array | undefined {
    return this.#serializer.serializeRequest([...spans]);
  }

  get requestHeaders(): Readonly<Record<string, string>> {
    const type = this.#target.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
    return { 'user-agent': 'userspan-node', ...this.#target.headers, 'content-type': type };
  }

  hurry(): void {
    this.#hurriedAt ??= performance.now();
    for (const wake of this.#pauses) wake();
  }

  abort(): void {
    for (const { ending } of this.#deliveries) ending.abort();
  }

  shutdown(): Promise<void> {
    this.abort();
    this.#agent?.destroy();
    this.#agent = undefined;
    return Promise.resolve();
  }

  get #serializer(): typeof ProtobufTraceSerializer {
    return this.#target.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  }

  /** Resolves with the error or, on success, undefined. Never rejects. */
  async #deliver(delivery: Delivery): Promise<Error | undefined> {
    const endsAt = performance.now() + this.#target.timeoutMs;
    const { signal } = delivery.ending;
    const limit = setTimeout(() => delivery.ending.abort(), this.#target.timeoutMs);
    limit.unref();
    try {
      const serialized = this.serialize(delivery.spans);
      if (serialized === undefined) return new Error('the spans cannot be serialized');
      const body = this.#target.compression === 'gzip' ? await compress(serialized) : serialized;
      for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, MAX_RETRY_MS)) {
        delivery.isWritten = false;
        const answer = await this.#post(body, delivery).catch(asError);
        if (!(answer instanceof Error) && answer.status < 300) {
          this.#unreachableAt = undefined;
          this.#reportRejected(answer);
          return undefined;
        }
        const waitMs = this.#retryDelay(answer, delayMs);
        if (signal.aborted || waitMs === undefined || performance.now() + waitMs >= endsAt) {
          return failureOf(answer, this.#target.timeoutMs, signal.aborted);
        }
        await this.#pause(waitMs, signal);
        if (signal.aborted) return failureOf(answer, this.#target.timeoutMs, false);
      }
    } catch (error) {
      return asError(error);
    } finally {
      clearTimeout(limit);
    }
  }

  #post(body: Uint8Array, delivery: Delivery): Promise<Answer> {
    const { url, tls } = this.#target;
    const isSecure = url.startsWith('https:');
    const { request, Agent: MakeAgent } = builtinModule(isSecure ? 'node:https' : 'node:http');
    this.#agent ??= new MakeAgent({ keepAlive: true, lookup: sharedLookup(), ...tls });
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      headers: {
        ...this.requestHeaders,
        'content-length': body.byteLength,
        ...(this.#target.compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      },
      signal: delivery.ending.signal,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, options, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      sent.once('error', reject);
      sent.once('finish', () => {
        delivery.isWritten = true;
      });
      sent.once('socket', (socket) => {
        socket.unref();
        if (!socket.connecting) return;
        const timer = setTimeout(() => {
          sent.destroy(Object.assign(new Error('the connection takes too long'), { code: 'ETIMEDOUT' }));
        }, CONNECT_TIMEOUT_MS);
        timer.unref();
        socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      });
      sent.end(body);
    });
  }

  /** Milliseconds until the next attempt; undefined if a retry would not help. */
  #retryDelay(answer: Answer | Error, delayMs: number): number | undefined {
    const jittered = delayMs * (0.8 + Math.random() * 0.4);
    if (!(answer instanceof Error)) {
      this.#unreachableAt = undefined;
      return RETRYABLE_STATUSES.has(answer.status) ? (answer.retryAfterMs ?? jittered) : undefined;
    }
    const { code } = answer as NodeJS.ErrnoException;
    if (!RETRYABLE_ERRORS.has(code)) return undefined;
    if (this.#hurriedAt !== undefined && UNRESOLVED.has(code)) return undefined;
    this.#unreachableAt ??= performance.now();
    const triedMs = this.#hurriedAt === undefined ? 0 : performance.now() - this.#unreachableAt;
    return triedMs + jittered > LAST_CONNECT_MS ? undefined : jittered;
  }

  /** Waits before an attempt, until `abort` or `hurry` is called. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#pauses.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      timer.unref();
      this.#pauses.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #reportRejected({ body }: Answer): void {
    let partial:
      | { readonly rejectedSpans?: number | undefined; readonly errorMessage?: string | undefined }
      | undefined;
    try {
      partial = body.byteLength === 0 ? undefined : this.#serializer.deserializeResponse(body).partialSuccess;
    } catch {
      // Some collectors answer 200 with another body, such as `OK`.
      return;
    }
    const rejected = partial?.rejectedSpans ?? 0;
    const message = partial?.errorMessage ?? '';
    if ((rejected === 0 && message === '') || message === this.#lastRejection) return;
    this.#lastRejection = message;
    const answer = rejected === 0 ? 'took all spans, and says' : `rejected ${rejected} spans`;
    diag.warn(`userspan: ${this.#target.url} ${answer}: ${message || 'no reason given'}`);
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    retryAfterMs: retryAfterMs(response.headers['retry-after']),
    body: Buffer.concat(chunks),
  };
}

/** Parses `Retry-After`: seconds or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

function failureOf(answer: Answer | Error, timeoutMs: number, timedOut: boolean): Error {
  if (!(answer instanceof Error)) {
    return Object.assign(new Error(`it answers ${answer.status}`), { status: answer.status });
  }
  return timedOut ? new Error(`no answer within ${timeoutMs} ms`) : answer;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
