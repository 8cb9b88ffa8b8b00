import { AsyncResource } from 'node:async_hooks';
import { versions } from 'node:process';

import type { Context } from '@opentelemetry/api';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';

/** Node 24 keeps contexts in frames and has no hooks; on 20 and 22 a resource would only cost. */
const HAS_FRAMES = Number.parseInt(versions.node, 10) >= 24;

/**
 * Runs a function in a context and leaves nothing of it behind.
 *
 * Where the caller is in no context, `AsyncLocalStorage` of Node 24 would leave an empty frame instead of none. The caller
 * goes on with it: each of their microtasks and timers is then followed, which takes half a kilobyte a request.
 */
export function withContext<T>(inner: Context, outer: Context, run: () => T): T {
  return HAS_FRAMES && outer === ROOT_CONTEXT
    ? new AsyncResource('userspan').runInAsyncScope(() => context.with(inner, run))
    : context.with(inner, run);
}

/**
 * Enters a context once, where a client is patched, so that the first call does not.
 *
 * The first context of a process turns on the hooks of Node 20 and 22. A promise from before that has a shape of its own.
 * Where a call turns them on, V8 meets those shapes in code that is warm, and every later access of a promise allocates.
 */
export function enterContextOnce(): void {
  context.with(ROOT_CONTEXT, () => {});
}
