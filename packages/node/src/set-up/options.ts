import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { BaggageMode, SendOptions, Trust, UserRedaction } from '@userspan/core';
import type { OpenAIInstrumentationOptions } from '@userspan/openai';
import type { PriceOptions } from '@userspan/pricing';
import type { Environment } from '../environment.ts';
import { resolveExportTarget, tlsFiles } from './export-target.ts';
import type { ExportProtocol, ExportTarget, TlsFile } from './export-target.ts';
import { boolean, count, list, mergeFields, oneOf } from './option-values.ts';
import type { Read } from './option-values.ts';

/**
 * Options of `register()`. Most fields have a `USERSPAN_*` variable. Precedence: option, `USERSPAN_*`, `OTEL_*`,
 * default.
 */
export interface RegisterOptions {
  /** `false` registers nothing and returns a handle that does nothing. `USERSPAN_ENABLED`, `OTEL_SDK_DISABLED`. Default `true`. */
  readonly enabled?: boolean;
  /**
   * Base URL of the OTLP/HTTP collector; `/v1/traces` is appended. `USERSPAN_ENDPOINT`,
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (used unchanged), `OTEL_EXPORTER_OTLP_ENDPOINT`. Default
   * `http://localhost:4318`.
   */
  readonly endpoint?: string;
  /**
   * Encoding of spans. `USERSPAN_PROTOCOL`, `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`.
   * Default `http/protobuf`.
   */
  readonly protocol?: ExportProtocol;
  /**
   * Headers of every export, merged with those of a variable. `USERSPAN_HEADERS` (`k=v,k2=v2`),
   * `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS`. Default none.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `authorization: Bearer …`. `USERSPAN_TOKEN`. Default none. */
  readonly token?: string;
  /** `service.name` of every span. `USERSPAN_SERVICE_NAME`, `OTEL_SERVICE_NAME`. Default `unknown_service:node`. */
  readonly serviceName?: string;
  /**
   * When `identify` also writes OpenTelemetry baggage. `USERSPAN_BAGGAGE`. Default `guarded`: only if nothing sends it
   * to other hosts.
   */
  readonly baggage?: BaggageMode;
  /**
   * Hosts to which the user is sent, and which attributes. `USERSPAN_SEND_TO`, `USERSPAN_SEND_KEYS` (comma lists).
   * Default: no host.
   */
  readonly send?: SendOptions;
  /** Which requests may name the user: a function of the headers, or a signing key. `USERSPAN_TRUST_KEY`. Default: none. */
  readonly trust?: Trust;
  /**
   * Which parts of a user are exported. `USERSPAN_USER_ID` (`plain` or `hmac`), `USERSPAN_USER_PROPS` (`all`, `none` or
   * a comma list), `USERSPAN_USER_KEY`. Default: everything, not hashed.
   */
  readonly user?: UserRedaction;
  /**
   * Your own prices and model aliases, or the path of a JSON file with them. The file may also be a price feed: in
   * Userspan's format, LiteLLM's list of prices, or the data of genai-prices. `USERSPAN_PRICES` names such a file.
   * Default: the list.
   */
  readonly prices?: PriceOptions | string;
  /** Options of the OpenAI instrumentation, or `false` for none. `USERSPAN_OPENAI=false`. Default on. */
  readonly openai?: OpenAIInstrumentationOptions | false;
  /** Records prompts and answers. `USERSPAN_CAPTURE_CONTENT`, `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`. Default `false`. */
  readonly captureContent?: boolean;
  /** More instrumentations to enable. No variable. Default none. */
  readonly instrumentations?: readonly Instrumentation[];
  /** More span processors, for example `SpanToUserProcessor`. They see users and cost. No variable. Default none. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Replaces the OTLP/HTTP exporter. No variable. */
  readonly exporter?: SpanExporter;
  /**
   * Which traces are recorded. Only `OTEL_TRACES_SAMPLER`. Default: all, even those that the caller did not sample,
   * because their calls cost the same. `parentbased_always_on` lets the caller decide.
   */
  readonly sampler?: Sampler;
  /**
   * Maximum number of spans that wait for export. Further spans are dropped and counted. `USERSPAN_MAX_QUEUE_SIZE`,
   * `OTEL_BSP_MAX_QUEUE_SIZE`. Default 16384.
   */
  readonly maxQueueSize?: number;
  /**
   * Maximum delay before a span is exported. `USERSPAN_SCHEDULE_DELAY_MS`, `OTEL_BSP_SCHEDULE_DELAY`. Default 1000; 1
   * if `NODE_ENV` is `development`, because development servers kill the app soon after Ctrl C.
   */
  readonly scheduleDelayMs?: number;
  /**
   * Maximum time for one export with its retries. `USERSPAN_EXPORT_TIMEOUT_MS`, `OTEL_EXPORTER_OTLP_TIMEOUT`. Default
   * 10000.
   */
  readonly exportTimeoutMs?: number;
  /**
   * Maximum time that `flush()`, `shutdown()` and the end of the process wait. `USERSPAN_FLUSH_TIMEOUT_MS`. Default
   * 5000.
   */
  readonly flushTimeoutMs?: number;
  /** Whether to flush when the process ends normally or by a signal. `USERSPAN_FLUSH_ON_EXIT`. Default `true`. */
  readonly flushOnExit?: boolean;
}

/** The resolved options. */
export interface ResolvedOptions {
  readonly enabled: boolean;
  readonly target: Omit<ExportTarget, 'tls'>;
  readonly tlsFiles: readonly TlsFile[];
  readonly serviceName: string | undefined;
  readonly baggage: BaggageMode;
  readonly send: SendOptions | undefined;
  readonly trust: Trust | undefined;
  readonly user: UserRedaction;
  readonly prices: PriceOptions | undefined;
  /** A file of prices, and the option or variable that names it. */
  readonly pricesFile: { readonly named: string; readonly path: string } | undefined;
  readonly openai: OpenAIInstrumentationOptions | false;
  readonly captureContent: boolean;
  readonly maxQueueSize: number;
  readonly scheduleDelayMs: number;
  readonly flushTimeoutMs: number;
  readonly flushOnExit: boolean;
  /** Whether all traces are recorded, because neither the option nor `OTEL_TRACES_SAMPLER` is set. */
  readonly recordsAll: boolean;
}

/**
 * Resolves all options from the caller's options and the environment. Pure.
 *
 * @throws Error that names the option or variable and the accepted values, if a value is invalid.
 */
export function resolveOptions(options: RegisterOptions, env: Environment): ResolvedOptions {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const disabled = boolean('OTEL_SDK_DISABLED', read('OTEL_SDK_DISABLED'));
  return {
    enabled: options.enabled ?? boolean('USERSPAN_ENABLED', read('USERSPAN_ENABLED')) ?? disabled !== true,
    target: resolveExportTarget(options, read),
    tlsFiles: tlsFiles(read),
    serviceName: options.serviceName ?? read('USERSPAN_SERVICE_NAME') ?? read('OTEL_SERVICE_NAME'),
    baggage:
      options.baggage ?? oneOf('USERSPAN_BAGGAGE', read('USERSPAN_BAGGAGE'), BAGGAGE_MODES) ?? 'guarded',
    send: sendOf(options.send, read),
    trust: options.trust ?? read('USERSPAN_TRUST_KEY'),
    user: redactionOf(options.user, read),
    prices: typeof options.prices === 'string' ? undefined : options.prices,
    pricesFile: pricesFileOf(options.prices, read('USERSPAN_PRICES')),
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
      16384,
    ),
    scheduleDelayMs: count(
      'scheduleDelayMs',
      options.scheduleDelayMs,
      ['USERSPAN_SCHEDULE_DELAY_MS', 'OTEL_BSP_SCHEDULE_DELAY'],
      read,
      read('NODE_ENV') === 'development' ? DEVELOPMENT_DELAY_MS : 1000,
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
    recordsAll: options.sampler === undefined && read('OTEL_TRACES_SAMPLER') === undefined,
  };
}

/** `next dev` kills its server 100 ms after SIGINT. */
const DEVELOPMENT_DELAY_MS = 1;
const BAGGAGE_MODES = ['guarded', 'always', 'never'] as const;
/** Values that turn content on. Content is recorded on spans only, so `EVENT_ONLY` turns it off. */
const CONTENT_WORDS: ReadonlySet<string> = new Set(['true', '1', 'span_only', 'span_and_event']);

/**
 * The path in the option, otherwise in the variable. Prices in the option take precedence over those in the variable's
 * file.
 */
function pricesFileOf(
  prices: PriceOptions | string | undefined,
  variable: string | undefined,
): ResolvedOptions['pricesFile'] {
  if (typeof prices === 'string') return { named: 'the option prices', path: prices };
  return variable === undefined ? undefined : { named: 'USERSPAN_PRICES', path: variable };
}

/** Without hosts nothing is sent, so `undefined` is returned even if there are keys. */
function sendOf(options: SendOptions | undefined, read: Read): SendOptions | undefined {
  const to = options?.to ?? list(read('USERSPAN_SEND_TO'));
  const keys = options?.keys ?? list(read('USERSPAN_SEND_KEYS'));
  if (to === undefined) return undefined;
  return keys === undefined ? { to } : { to, keys };
}

function redactionOf(options: UserRedaction | undefined, read: Read): UserRedaction {
  const id = oneOf('USERSPAN_USER_ID', read('USERSPAN_USER_ID'), ['plain', 'hmac']);
  const props = read('USERSPAN_USER_PROPS');
  const key = read('USERSPAN_USER_KEY');
  return mergeFields<UserRedaction>(
    {
      ...(id === undefined ? {} : { id }),
      ...(key === undefined ? {} : { key }),
      ...(props === undefined
        ? {}
        : { props: props === 'all' || props === 'none' ? props : (list(props) ?? []) }),
    },
    options,
  );
}
