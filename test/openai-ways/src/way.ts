import type { OpenAIServer } from '@userspan-test/openai-server';

import type { OpenAI } from 'openai7';

import type { OpenAIClient, OpenAIModule } from './majors.ts';

type ChatParams = OpenAI.ChatCompletionCreateParamsNonStreaming;
type ChatStreamParams = OpenAI.ChatCompletionCreateParamsStreaming;

/** The resources of a way. */
export interface Ground {
  readonly major: number;
  readonly module: OpenAIModule;
  readonly server: OpenAIServer;
  /** An `OpenAI` client of the server, with two retries. */
  readonly client: OpenAIClient;
  /** Another client, with these additional options. */
  readonly make: (options?: Record<string, unknown>) => OpenAIClient;
  /** A `fetch` that sends requests for this base URL to the server. */
  readonly fetchFor: (baseURL: string, target: string) => typeof fetch;
  /** Records a value that is compared in addition to the result. */
  readonly note: (value: unknown) => void;
}

/** One way to call the API, and what must be recorded. */
export interface Way {
  readonly name: string;
  /** The first major version that supports it. Default: 4. */
  readonly since?: number;
  readonly run: (ground: Ground) => Promise<unknown>;
  /** The number of spans, if it is not one. */
  readonly spans?: number;
  /** `error.type` of the spans, in order; undefined for one without an error. */
  readonly errors?: readonly (string | undefined)[];
  /** Whether the usage is unknown, because the stream broke off or the host does not report it. */
  readonly isUsageUnknown?: boolean;
  /** Further expected attributes of the first span. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Whether the span ends only when the unread answer is garbage-collected. */
  readonly isDropped?: boolean;
  /** Whether two runs send different bytes anyway (boundaries of forms). */
  readonly isMultipart?: boolean;
}

export const MODEL = 'gpt-4o-mini';

/** A chat of one message, which is also the scenario. */
export function chat(content: string, more: Record<string, unknown> = {}): ChatParams {
  return { model: MODEL, messages: [{ role: 'user', content }], ...more };
}

/** A streamed chat of one message. */
export function streamed(content: string, more: Record<string, unknown> = {}): ChatStreamParams {
  return { ...chat(content, more), stream: true };
}

/** All values of an iterable, and the error with which it ends. */
export async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const item of items) seen.push(item);
  } catch (error) {
    seen.push(error);
  }
  return seen;
}
