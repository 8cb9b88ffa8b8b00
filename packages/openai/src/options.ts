import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { PriceOptions } from '@userspan/pricing';

import type { Environment } from './environment.ts';

/** The attribute for a piece of content. */
export type ContentAttribute =
  | 'gen_ai.input.messages'
  | 'gen_ai.output.messages'
  | 'gen_ai.system_instructions'
  | 'gen_ai.tool.definitions';

/** Options of `OpenAIInstrumentation`. */
export interface OpenAIInstrumentationOptions extends InstrumentationConfig {
  /**
   * Whether to request a stream's usage (`stream_options.include_usage`) if the caller did not.
   *
   * `'request'` (default) requests it from OpenAI and Azure, which support it, and hides the extra chunk from the
   * caller. A list adds these hosts: `['llm.example.com', 'localhost:8000']`. `'observe'` never changes the request.
   * Usage that the host sends anyway is always recorded. Default of the list: `USERSPAN_STREAM_USAGE_HOSTS`, separated
   * by commas.
   */
  readonly streamUsage?: 'request' | 'observe' | readonly string[];
  /** Your own prices, aliases and multiplier, as for `priceOf`. Default: the list. */
  readonly prices?: PriceOptions;
  /**
   * Records prompts, answers and tool definitions as attributes. Default:
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` (`true`, `SPAN_ONLY`, `SPAN_AND_EVENT`), otherwise `false`.
   */
  readonly captureContent?: boolean;
  /**
   * Maximum length of an attribute of content, in bytes of UTF-8; longer texts are shortened and stay valid JSON. Default
   * 65,536.
   */
  readonly maxContentBytes?: number;
  /**
   * Called with each piece of content; returns what to record instead. If it returns undefined or throws, nothing is
   * recorded.
   */
  readonly redact?: (content: unknown, attribute: ContentAttribute) => unknown;
  /**
   * Estimates the tokens of a text if the provider sent no usage (an aborted stream, a host without usage). Spans with
   * such counts have `userspan.usage.estimated`. Default: the usage stays unknown.
   */
  readonly countTokens?: (text: string, model: string | undefined) => number | undefined;
}

/** The resolved options. */
export interface ResolvedOptions {
  readonly requestsUsage: boolean;
  /** Further hosts that support `stream_options`, besides OpenAI and Azure. */
  readonly usageHosts: readonly string[];
  readonly prices: PriceOptions | undefined;
  /** Undefined: `setContentCapture` decides. */
  readonly capturesContent: boolean | undefined;
  readonly maxContentBytes: number;
  readonly redact: ((content: unknown, attribute: ContentAttribute) => unknown) | undefined;
  readonly countTokens: ((text: string, model: string | undefined) => number | undefined) | undefined;
}

const HOSTS_VARIABLE = 'USERSPAN_STREAM_USAGE_HOSTS';
const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
/** Booleans, as in the official JS instrumentation, and the four words of other instrumentations. */
const CAPTURE_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  no_content: false,
  // Events are not written, and content that was requested only for events must not be on the span.
  event_only: false,
  span_only: true,
  span_and_event: true,
};

/**
 * Resolves all options. Pure.
 *
 * @throws TypeError that names the option and the accepted values.
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
