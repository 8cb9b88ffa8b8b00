import type { Scenario } from '@userspan-test/openai-server';

import type { OpenAIClient } from '../majors.ts';

/** What of a span is checked; a field that is absent here must be absent there. */
export interface RecordedJob {
  readonly name: string;
  /** Whether its parent is the span of the request. */
  readonly isBelow?: boolean;
  readonly id?: string;
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
  /** US dollars, worked out by hand. */
  readonly usd?: number;
  /** Part of the reason why there is no cost. */
  readonly unpriced?: string;
  readonly error?: string;
  readonly seconds?: number;
}

/** One way of using an endpoint that answers with a job, a run or a thing that is stored. */
export interface JobCase {
  readonly name: string;
  /** First major that has it. Default 4. */
  readonly since?: number;
  /** Answers of the API, one for each request. */
  readonly answers: readonly Scenario[];
  readonly run: (client: OpenAIClient, major: number) => Promise<unknown>;
  readonly spans: readonly RecordedJob[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** When the things in the answers were made, in seconds. */
export const MADE_AT = 1_790_000_000;

/** One answer of the API. */
export function body(answer: unknown): Scenario {
  return { body: answer };
}
