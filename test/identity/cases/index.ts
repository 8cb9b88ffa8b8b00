import { contextLossCases } from './context-loss.ts';
import { hostileCases } from './hostile.ts';
import { precedenceCases } from './precedence.ts';
import { runCases } from './runs.ts';
import { statementCases } from './statement.ts';
import { threadCases } from './threads.ts';
import { wrapCases } from './wraps.ts';
import type { Tracing } from './tracing.ts';

export { finishedSpan } from './tracing.ts';
export type { Finished, ReadableSpanLike, Tracing } from './tracing.ts';

/** Runs all cases of user identity on one SDK. */
export function identityCases(tracing: Tracing): void {
  precedenceCases(tracing);
  statementCases(tracing);
  contextLossCases(tracing);
  runCases(tracing);
  wrapCases(tracing);
  threadCases(tracing);
  hostileCases(tracing);
}
