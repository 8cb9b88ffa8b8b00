import { versions } from 'node:process';

import { context, ROOT_CONTEXT } from '@opentelemetry/api';

/** Whether Node keeps contexts in frames (24 and later) and not in async hooks (20 and 22). */
export const HAS_FRAMES: boolean = Number.parseInt(versions.node, 10) >= 24;

/**
 * Enters a context once when a client is patched, so that the first call does not have to.
 *
 * The first context of a process enables the async hooks of Node 20 and 22. Earlier promises have another hidden class.
 * If a call enabled the hooks, optimized code would see both classes, and every later access to a promise would
 * allocate. With frames there is nothing to enable, and an empty frame would stay in everything that the app starts.
 */
export function enterContextOnce(): void {
  if (!HAS_FRAMES) context.with(ROOT_CONTEXT, () => {});
}
