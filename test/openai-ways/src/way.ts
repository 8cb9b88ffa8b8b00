import type { OpenAIServer } from '@userspan-test/openai-server';

import type { OpenAI } from 'openai7';

import type { OpenAIClient, OpenAIModule } from './majors.ts';

type ChatParams = OpenAI.ChatCompletionCreateParamsNonStreaming;
type ChatStreamParams = OpenAI.ChatCompletionCreateParamsStreaming;

/** What a way has to work with. */
export interface Ground {
  readonly major: number;
  readonly module: OpenAIModule;
  readonly server: OpenAIServer;
  /** A client of `OpenAI`, two retries, towards the server. */
  readonly client: OpenAIClient;
  /** Another client, with these options on top. */
  readonly make: (options?: Record<string, unknown>) => OpenAIClient;
  /** A `fetch` by which a client of this base URL reaches the server in its place. */
  readonly fetchFor: (baseURL: string, target: string) => typeof fetch;
  /** Anything worth comparing beside the result. */
  readonly note: (value: unknown) => void;
}

/** One way of calling, and what is to be recorded of it. */
export interface Way {
  readonly name: string;
  /** First major that has it. Default 4. */
  readonly since?: number;
  readonly run: (ground: Ground) => Promise<unknown>;
  /** Spans in place of one. */
  readonly spans?: number;
  /** `error.type` of the spans, in order; undefined for one without an error. */
  readonly errors?: readonly (string | undefined)[];
  /** Whether what was used could not be known: the stream broke off, or the host does not say. */
  readonly isUsageUnknown?: boolean;
  /** More that the attributes of the first span must have. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Whether the span ends only when the unread answer is collected. */
  readonly isDropped?: boolean;
  /** Whether two runs send different bytes by themselves (boundaries of forms). */
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

/** Everything that an iterable gives, and the error that it ends with. */
export async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const item of items) seen.push(item);
  } catch (error) {
    seen.push(error);
  }
  return seen;
}
