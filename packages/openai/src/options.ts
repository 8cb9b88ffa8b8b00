import type { InstrumentationConfig } from '@opentelemetry/instrumentation';

/** Options of `OpenAIInstrumentation`. */
export interface OpenAIInstrumentationOptions extends InstrumentationConfig {
  /**
   * Whether a stream's usage is asked for (`stream_options.include_usage`) where the caller did not.
   *
   * `'request'` (default) asks OpenAI and Azure, and keeps the extra chunk from the caller; `'observe'` sends what the
   * caller wrote and records usage only where it comes by itself.
   */
  readonly streamUsage?: 'request' | 'observe';
}

/** The options with everything decided. */
export interface ResolvedOptions {
  readonly requestsUsage: boolean;
}

/**
 * Decides every option; pure.
 *
 * @throws TypeError naming the option and what it takes.
 */
export function resolveOptions(options: OpenAIInstrumentationOptions): ResolvedOptions {
  const { streamUsage = 'request' } = options;
  if (streamUsage !== 'request' && streamUsage !== 'observe') {
    throw new TypeError(
      `@userspan/openai: streamUsage is 'request' or 'observe', not ${JSON.stringify(streamUsage)}.`,
    );
  }
  return { requestsUsage: streamUsage === 'request' };
}
