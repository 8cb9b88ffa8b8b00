import { AsyncResource } from 'node:async_hooks';
import { versions } from 'node:process';

import type { Context } from '@opentelemetry/api';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';

/** Whether Node keeps contexts in frames (24 and later). On 20 and 22, an async resource would only add cost. */
const HAS_FRAMES = Number.parseInt(versions.node, 10) >= 24;

/**
 * Runs a function in a context and restores the caller's state completely.
 *
 * If the caller has no context, `AsyncLocalStorage` of Node 24 would leave an empty frame behind. Node would then track
 * each of the caller's microtasks and timers, which costs half a kilobyte per request.
 */
export function withContext<T>(inner: Context, outer: Context, run: () => T): T {
  return HAS_FRAMES && outer === ROOT_CONTEXT
    ? new AsyncResource('userspan').runInAsyncScope(() => context.with(inner, run))
    : context.with(inner, run);
}

/**
 * Enters a context once when a client is patched, so that the first call does not have to.
 *
 * The first context of a process enables the async hooks of Node 20 and 22. Earlier promises have another hidden class.
 * If a call enabled the hooks, optimized code would see both classes, and every later access to a promise would
 * allocate.
 */
export function enterContextOnce(): void {
  context.with(ROOT_CONTEXT, () => {});
}
