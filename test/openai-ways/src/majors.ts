import * as openai4 from 'openai4';
import * as openai5 from 'openai5';
import * as openai6 from 'openai6';
import * as openai7 from 'openai7';

import { everydayRows } from '../../../packages/collector/src/testing/everyday-runs.ts';

/** The package with the types of its newest major version. Ways that older versions lack are marked. */
export type OpenAIModule = typeof openai7;
export type OpenAIClient = openai7.OpenAI;

/** The instrumented major versions. */
export const MAJORS: readonly (readonly [major: number, module: OpenAIModule])[] = [
  [4, openai4 as unknown as OpenAIModule],
  [5, openai5 as unknown as OpenAIModule],
  [6, openai6 as unknown as OpenAIModule],
  [7, openai7],
];

/**
 * The versions that tests of many cases run with. Every day the oldest, which brings `node-fetch`, and the newest; those
 * between them have the forms of one of the two.
 */
export const TESTED_MAJORS: typeof MAJORS = everydayRows(
  MAJORS,
  ([major]) => major === MAJORS[0]?.[0] || major === MAJORS.at(-1)?.[0],
);
