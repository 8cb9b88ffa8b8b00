import { claudeCode } from './claude-code.ts';
import type { Dialect } from './dialect.ts';
import { genAI } from './gen-ai.ts';
import { lunary, mastra, openRouter } from './identity-only.ts';
import { langfuse } from './langfuse.ts';
import { langSmith } from './langsmith.ts';
import { liteLLM } from './litellm.ts';
import { logfire } from './logfire.ts';
import { openInference } from './openinference.ts';
import { openLIT } from './openlit.ts';
import { openLLMetry } from './openllmetry.ts';
import { postHog } from './posthog.ts';
import { vercelAI } from './vercel-ai.ts';

/**
 * Every dialect, the most specific first. Each fact of a call comes from the first dialect that has it. The GenAI
 * conventions come last, because most other dialects also use these names, with slightly different meanings.
 *
 * To add a dialect, write `dialects/<name>.ts` (a {@link Dialect}) and a test with a recorded span, and add it to this
 * list. No other code refers to a dialect.
 */
export const DIALECTS: readonly Dialect[] = [
  langfuse,
  vercelAI,
  openInference,
  langSmith,
  liteLLM,
  logfire,
  claudeCode,
  mastra,
  lunary,
  postHog,
  openRouter,
  openLLMetry,
  openLIT,
  genAI,
];

/** The same dialects in the order in which users and threads are read: the conventions first. */
export const IDENTITY_DIALECTS: readonly Dialect[] = [
  genAI,
  ...DIALECTS.filter((dialect) => dialect !== genAI),
];
