import type { Scenario } from '@userspan-test/openai-server';

import type { OpenAIClient } from '../majors.ts';

/** The checked fields of a span. A field that is absent here must be absent on the span. */
export interface RecordedJob {
  readonly name: string;
  /** Whether its parent is the span of the request. */
  readonly isBelow?: boolean;
  readonly id?: string;
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
  /** US dollars, calculated by hand. */
  readonly usd?: number;
  /** A part of the reason for an absent cost. */
  readonly unpriced?: string;
  readonly error?: string;
  readonly seconds?: number;
}

/** One use of an endpoint that answers with a job, a run or a stored object. */
export interface JobCase {
  readonly name: string;
  /** The first major version that supports it. Default: 4. */
  readonly since?: number;
  /** Answers of the API, one for each request. */
  readonly answers: readonly Scenario[];
  readonly run: (client: OpenAIClient, major: number) => Promise<unknown>;
  readonly spans: readonly RecordedJob[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** The creation time of the objects in the answers, in seconds. */
export const MADE_AT = 1_790_000_000;

/** One answer of the API. */
export function body(answer: unknown): Scenario {
  return { body: answer };
}
