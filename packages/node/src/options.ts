import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { BaggageMode, SendOptions, Trust, UserRedaction } from '@userspan/core';
import type { OpenAIInstrumentationOptions } from '@userspan/openai';
import type { PriceOptions } from '@userspan/pricing';
import type { Environment } from './environment.ts';

/** What `register()` takes. Every field has a `USERSPAN_*` variable; precedence: option, `USERSPAN_*`, `OTEL_*`, default. */
export interface RegisterOptions {
  /** `false` registers nothing and returns a handle that does nothing. `USERSPAN_ENABLED`, `OTEL_SDK_DISABLED`. Default `true`. */
  readonly enabled?: boolean;
  /**
   * Base URL of the OTLP/HTTP collector; `/v1/traces` is appended.
   * `USERSPAN_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (taken as it is), `OTEL_EXPORTER_OTLP_ENDPOINT`. Default `http://localhost:4318`.
   */
  readonly endpoint?: string;
  /** Headers of every export. `USERSPAN_HEADERS` (`k=v,k2=v2`), `OTEL_EXPORTER_OTLP_HEADERS`. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `authorization: Bearer …`. `USERSPAN_TOKEN`. Default none. */
  readonly token?: string;
  /** `service.name` of every span. `USERSPAN_SERVICE_NAME`, `OTEL_SERVICE_NAME`. Default `unknown_service:node`. */
  readonly serviceName?: string;
  /** Where `identify` also writes OpenTelemetry baggage. `USERSPAN_BAGGAGE`. Default `guarded`: only where nothing sends it on. */
  readonly baggage?: BaggageMode;
  /** Hosts that are sent the user, and what of it. `USERSPAN_SEND_TO`, `USERSPAN_SEND_KEYS` (comma lists). Default: nobody. */
  readonly send?: SendOptions;
  /** Whose word on the user we take in a request: a function of its headers, or a signing key. `USERSPAN_TRUST_KEY`. Default: nobody's. */
  readonly trust?: Trust;
  /** What is exported of a user. `USERSPAN_USER_ID` (`plain` or `hmac`), `USERSPAN_USER_PROPS` (`all`, `none` or a comma list), `USERSPAN_USER_KEY`. Default everything, plain. */
  readonly user?: UserRedaction;
  /** Your own prices and model aliases. `USERSPAN_PRICES` names a JSON file of the same shape. Default the list. */
  readonly prices?: PriceOptions;
  /** Options of the OpenAI instrumentation, or `false` for none. `USERSPAN_OPENAI=false`. Default on. */
  readonly openai?: OpenAIInstrumentationOptions | false;
  /** Records prompts and answers. `USERSPAN_CAPTURE_CONTENT`, `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`. Default `false`. */
  readonly captureContent?: boolean;
  /** More instrumentations to enable. No variable. Default none. */
  readonly instrumentations?: readonly Instrumentation[];
  /** More span processors, for example `SpanToUserProcessor`. They see users and cost. No variable. Default none. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** In place of the OTLP/HTTP exporter. No variable. */
  readonly exporter?: SpanExporter;
  /** Which traces are recorded. No variable of ours; `OTEL_TRACES_SAMPLER` is honoured. Default all. */
  readonly sampler?: Sampler;
  /** Spans that wait for export at most; more are dropped and counted. `USERSPAN_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_QUEUE_SIZE`. Default 8192. */
  readonly maxQueueSize?: number;
  /** Longest wait before a span is exported. `USERSPAN_SCHEDULE_DELAY_MS`, `OTEL_BSP_SCHEDULE_DELAY`. Default 1000. */
  readonly scheduleDelayMs?: number;
  /** Longest time for one export with its retries. `USERSPAN_EXPORT_TIMEOUT_MS`, `OTEL_EXPORTER_OTLP_TIMEOUT`. Default 10000. */
  readonly exportTimeoutMs?: number;
  /** Longest time that `flush()`, `shutdown()` and the end of the process wait. `USERSPAN_FLUSH_TIMEOUT_MS`. Default 5000. */
  readonly flushTimeoutMs?: number;
  /** Flushes when the process ends by itself or by a signal. `USERSPAN_FLUSH_ON_EXIT`. Default `true`. */
  readonly flushOnExit?: boolean;
}

/** The options with everything decided. */
export interface ResolvedOptions {
  readonly enabled: boolean;
  readonly tracesUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string | undefined;
  readonly baggage: BaggageMode;
  readonly send: SendOptions | undefined;
  readonly trust: Trust | undefined;
  readonly user: UserRedaction;
  readonly prices: PriceOptions | undefined;
  readonly pricesFile: string | undefined;
  readonly openai: OpenAIInstrumentationOptions | false;
  readonly captureContent: boolean;
  readonly maxQueueSize: number;
  readonly scheduleDelayMs: number;
  readonly exportTimeoutMs: number;
  readonly flushTimeoutMs: number;
  readonly flushOnExit: boolean;
}

/**
 * Decides every option from what the caller said and the environment; pure.
 *
 * @throws Error naming the option or variable and what it takes, when a value cannot be used.
 */
export function resolveOptions(options: RegisterOptions, env: Environment): ResolvedOptions {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const list = (name: string): string[] | undefined =>
    read(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  const disabled = boolean('OTEL_SDK_DISABLED', read('OTEL_SDK_DISABLED'));
  const token = options.token ?? read('USERSPAN_TOKEN');
  return {
    enabled: options.enabled ?? boolean('USERSPAN_ENABLED', read('USERSPAN_ENABLED')) ?? disabled !== true,
    tracesUrl: tracesUrl(options.endpoint, read),
    headers: {
      ...keyValues('USERSPAN_HEADERS', read('USERSPAN_HEADERS')),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    serviceName: options.serviceName ?? read('USERSPAN_SERVICE_NAME') ?? read('OTEL_SERVICE_NAME'),
    baggage:
      options.baggage ?? oneOf('USERSPAN_BAGGAGE', read('USERSPAN_BAGGAGE'), BAGGAGE_MODES) ?? 'guarded',
    send: options.send ?? sendOf(list('USERSPAN_SEND_TO'), list('USERSPAN_SEND_KEYS')),
    trust: options.trust ?? read('USERSPAN_TRUST_KEY'),
    user: options.user ?? redactionOf(read),
    prices: options.prices,
    pricesFile: read('USERSPAN_PRICES'),
    openai: options.openai ?? (boolean('USERSPAN_OPENAI', read('USERSPAN_OPENAI')) === false ? false : {}),
    captureContent:
      options.captureContent ??
      boolean('USERSPAN_CAPTURE_CONTENT', read('USERSPAN_CAPTURE_CONTENT')) ??
      CONTENT_WORDS.has(read('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT')?.toLowerCase() ?? ''),
    maxQueueSize: count(
      'maxQueueSize',
      options.maxQueueSize,
      ['USERSPAN_MAX_QUEUE_SIZE', 'OTEL_BSP_MAX_QUEUE_SIZE'],
      read,
      8192,
    ),
    scheduleDelayMs: count(
      'scheduleDelayMs',
      options.scheduleDelayMs,
      ['USERSPAN_SCHEDULE_DELAY_MS', 'OTEL_BSP_SCHEDULE_DELAY'],
      read,
      1000,
    ),
    exportTimeoutMs: count(
      'exportTimeoutMs',
      options.exportTimeoutMs,
      ['USERSPAN_EXPORT_TIMEOUT_MS', 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
      read,
      10_000,
    ),
    flushTimeoutMs: count(
      'flushTimeoutMs',
      options.flushTimeoutMs,
      ['USERSPAN_FLUSH_TIMEOUT_MS'],
      read,
      5000,
    ),
    flushOnExit:
      options.flushOnExit ?? boolean('USERSPAN_FLUSH_ON_EXIT', read('USERSPAN_FLUSH_ON_EXIT')) ?? true,
  };
}

const BAGGAGE_MODES = ['guarded', 'always', 'never'] as const;
/** Content goes into spans only, so `EVENT_ONLY` is no. */
const CONTENT_WORDS: ReadonlySet<string> = new Set(['true', '1', 'span_only', 'span_and_event']);

type Read = (name: string) => string | undefined;

function tracesUrl(endpoint: string | undefined, read: Read): string {
  const base = endpoint ?? read('USERSPAN_ENDPOINT');
  if (base === undefined) {
    const whole = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    if (whole !== undefined) return checkedUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', whole).href;
  }
  const url = checkedUrl('endpoint', base ?? read('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url.href;
}

function checkedUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(
      `userspan: ${name} must be an http or https URL such as http://localhost:4318, got ${JSON.stringify(value)}`,
    );
  }
  return url;
}

function boolean(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  const word = value.toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw new Error(`userspan: ${name} must be true or false, got ${JSON.stringify(value)}`);
}

function count(
  option: string,
  given: number | undefined,
  names: readonly string[],
  read: Read,
  fallback: number,
): number {
  const name = given === undefined ? names.find((candidate) => read(candidate) !== undefined) : option;
  const value = given ?? (name === undefined ? fallback : Number(read(name)));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(
      `userspan: ${name} must be a whole number of at least 1, got ${String(given ?? (name && read(name)))}`,
    );
  }
  return value;
}

function keyValues(name: string, text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of text?.split(',') ?? []) {
    const at = part.indexOf('=');
    if (at < 1)
      throw new Error(`userspan: ${name} must read key=value,key=value; ${JSON.stringify(part)} is neither`);
    pairs[part.slice(0, at).trim()] = decode(part.slice(at + 1).trim());
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function sendOf(to: string[] | undefined, keys: string[] | undefined): SendOptions | undefined {
  if (to === undefined) return undefined;
  return keys === undefined ? { to } : { to, keys };
}

function oneOf<Word extends string>(
  name: string,
  value: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) {
    throw new Error(`userspan: ${name} must be one of ${words.join(', ')}, got ${JSON.stringify(value)}`);
  }
  return word;
}

function redactionOf(read: Read): UserRedaction {
  const id = oneOf('USERSPAN_USER_ID', read('USERSPAN_USER_ID'), ['plain', 'hmac']);
  const props = read('USERSPAN_USER_PROPS');
  const key = read('USERSPAN_USER_KEY');
  return {
    ...(id === undefined ? {} : { id }),
    ...(key === undefined ? {} : { key }),
    ...(props === undefined
      ? {}
      : { props: props === 'all' || props === 'none' ? props : props.split(',').map((name) => name.trim()) }),
  };
}
