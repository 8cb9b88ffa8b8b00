import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { PriceOptions } from '@userspan/pricing';

import type { Environment } from './environment.ts';

/** The attribute that a piece of content is recorded in. */
export type ContentAttribute =
  | 'gen_ai.input.messages'
  | 'gen_ai.output.messages'
  | 'gen_ai.system_instructions'
  | 'gen_ai.tool.definitions';

/** Options of `OpenAIInstrumentation`. */
export interface OpenAIInstrumentationOptions extends InstrumentationConfig {
  /**
   * Whether a stream's usage is asked for (`stream_options.include_usage`) where the caller did not.
   *
   * `'request'` (default) asks OpenAI and Azure, which are known to take it, and keeps the extra chunk from the caller.
   * A list asks these hosts as well: `['llm.example.com', 'localhost:8000']`. `'observe'` sends what the caller wrote.
   * Usage that comes by itself is always recorded. Default for the list: `USERSPAN_STREAM_USAGE_HOSTS`, by commas.
   */
  readonly streamUsage?: 'request' | 'observe' | readonly string[];
  /** Your own prices, aliases and multiplier, as `priceOf` takes them. Default: the list. */
  readonly prices?: PriceOptions;
  /**
   * Records prompts, answers and tool definitions as attributes. Default: what
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says (`true`, `SPAN_ONLY`, `SPAN_AND_EVENT`), else `false`.
   */
  readonly captureContent?: boolean;
  /**
   * Maximum length of an attribute of content, in bytes of UTF-8; longer texts are shortened and stay valid JSON. Default
   * 65,536.
   */
  readonly maxContentBytes?: number;
  /**
   * Sees each piece of content before it is recorded, and gives what is to be recorded in its place; undefined records
   * nothing. Where it throws, nothing is recorded.
   */
  readonly redact?: (content: unknown, attribute: ContentAttribute) => unknown;
  /**
   * Estimates the tokens of a text where the provider sent no usage (a stream that was broken off, a host that counts
   * nothing). A span with such counts says `userspan.usage.estimated`. Default: usage stays unknown.
   */
  readonly countTokens?: (text: string, model: string | undefined) => number | undefined;
}

/** The options with everything decided. */
export interface ResolvedOptions {
  readonly requestsUsage: boolean;
  /** Hosts that take `stream_options`, beside OpenAI and Azure. */
  readonly usageHosts: readonly string[];
  readonly prices: PriceOptions | undefined;
  /** Undefined leaves it to `setContentCapture`. */
  readonly capturesContent: boolean | undefined;
  readonly maxContentBytes: number;
  readonly redact: ((content: unknown, attribute: ContentAttribute) => unknown) | undefined;
  readonly countTokens: ((text: string, model: string | undefined) => number | undefined) | undefined;
}

const HOSTS_VARIABLE = 'USERSPAN_STREAM_USAGE_HOSTS';
const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
/** Booleans, as the official JS instrumentation takes them, and the four words of the others. */
const CAPTURE_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  no_content: false,
  // Events are not written; content that was asked for only there stays out of the span.
  event_only: false,
  span_only: true,
  span_and_event: true,
};

/**
 * Decides every option; pure.
 *
 * @throws TypeError naming the option and what it takes.
 */
export function resolveOptions(options: OpenAIInstrumentationOptions, env: Environment): ResolvedOptions {
  const {
    streamUsage = hostsOf(env[HOSTS_VARIABLE]) ?? 'request',
    maxContentBytes = 65_536,
    prices,
    redact,
    countTokens,
  } = options;
  if (streamUsage !== 'request' && streamUsage !== 'observe' && !isHosts(streamUsage)) {
    throw invalid(
      'streamUsage',
      "'request' or 'observe' or a list of hosts such as localhost:8000",
      streamUsage,
    );
  }
  if (!Number.isSafeInteger(maxContentBytes) || maxContentBytes < 1) {
    throw invalid('maxContentBytes', 'a whole number of bytes, at least 1', maxContentBytes);
  }
  if (redact !== undefined && typeof redact !== 'function') throw invalid('redact', 'a function', redact);
  if (countTokens !== undefined && typeof countTokens !== 'function') {
    throw invalid('countTokens', 'a function', countTokens);
  }
  return {
    requestsUsage: streamUsage !== 'observe',
    usageHosts: typeof streamUsage === 'string' ? [] : streamUsage,
    prices,
    capturesContent:
      options.captureContent ?? CAPTURE_WORDS[(env[CAPTURE_VARIABLE] ?? '').trim().toLowerCase()],
    maxContentBytes,
    redact,
    countTokens,
  };
}

function isHosts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((host) => typeof host === 'string' && /^[^/\s]+$/.test(host));
}

function hostsOf(variable: string | undefined): readonly string[] | undefined {
  const hosts = (variable ?? '').split(',').flatMap((host) => host.trim() || []);
  return hosts.length > 0 ? hosts : undefined;
}

function invalid(option: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `@userspan/openai: ${option} is ${expected}, not ${JSON.stringify(value) ?? String(value)}.`,
  );
}
