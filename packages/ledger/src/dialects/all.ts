import type { Dialect } from './dialect.ts';
import { genAI } from './gen-ai.ts';
import { langfuse } from './langfuse.ts';
import { langSmith } from './langsmith.ts';
import { lunary } from './lunary.ts';
import { openInference } from './openinference.ts';
import { openLIT } from './openlit.ts';
import { openLLMetry } from './openllmetry.ts';
import { postHog } from './posthog.ts';
import { vercelAI } from './vercel-ai.ts';

/**
 * Every dialect that can describe a call, the more particular first: the first that knows a fact is believed. The GenAI
 * conventions come last, because most of the others write them as well, in their own sense.
 */
export const CALL_DIALECTS: readonly Dialect[] = [
  langfuse,
  vercelAI,
  openInference,
  langSmith,
  openLLMetry,
  openLIT,
  genAI,
];

/** Every dialect that can say who: the conventions' own names first, then what is said for one vendor. */
export const WHO_DIALECTS: readonly Dialect[] = [
  genAI,
  langfuse,
  vercelAI,
  openInference,
  langSmith,
  lunary,
  postHog,
  openLIT,
  openLLMetry,
];
