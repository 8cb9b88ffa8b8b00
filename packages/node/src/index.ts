// For applications.
export { budgetOf } from './budget/budget-of.ts';
export type { BudgetOptions, BudgetStanding } from './budget/budget-of.ts';
export { usageToken } from './budget/usage-token.ts';
export type { UsageTokenOptions } from './budget/usage-token.ts';
export { flushAfter } from './flush-after.ts';
export type { RegisterOptions } from './set-up/options.ts';
export { register } from './set-up/register.ts';
export type { Registration } from './set-up/register.ts';

// Other functions that applications need, so that one package is sufficient.
export {
  bindUser,
  currentUser,
  identify,
  openThread,
  resumeThread,
  trackFeedback,
  UserPropagator,
  UserSpanProcessor,
  withThread,
  wrapAgent,
  wrapChain,
  wrapModel,
  wrapTool,
} from '@userspan/core';
export { CostSpanProcessor, SpanToUserProcessor } from '@userspan/ledger';
export { observeOpenAI, observeRealtime, OpenAIInstrumentation } from '@userspan/openai';
