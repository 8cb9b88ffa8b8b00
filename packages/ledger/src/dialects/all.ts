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
 * Every dialect, the more particular first: the first that knows a fact of a call is believed. The GenAI conventions come
 * last, because most of the others write them as well, in their own sense.
 *
 * To add a dialect: write `dialects/<name>.ts` (a {@link Dialect}) and its test with a recorded span beside it, and put
 * it into this list. Nothing else names a dialect.
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

/** The same dialects in the order in which they name users and threads: the conventions' own names first. */
export const IDENTITY_DIALECTS: readonly Dialect[] = [
  genAI,
  ...DIALECTS.filter((dialect) => dialect !== genAI),
];
