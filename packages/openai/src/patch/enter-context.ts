import { versions } from 'node:process';

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { isFetchObserved } from '@userspan/core/internal';

/** Whether Node keeps contexts in frames (24 and later) and not in async hooks (20 and 22). */
export const HAS_FRAMES: boolean = Number.parseInt(versions.node, 10) >= 24;

/**
 * Enters a context once when a client is patched whose calls will be entered, so that the first call does not have to.
 *
 * The first context of a process enables the async hooks of Node 20 and 22. Earlier promises have another hidden class.
 * If a call enabled the hooks, optimized code would see both classes, and every later access to a promise would
 * allocate. With frames there is nothing to enable, and an empty frame would stay in everything that the app starts.
 *
 * If nothing in the process observes requests, calls enter no context (`isContextVisible`), and the hooks stay off until
 * the app enters its first context, as without us. From then on, the app has the slower promises that it would have
 * without us; this package then enters a context only for calls inside of one, or if an observer starts.
 */
export function enterContextOnce(): void {
  if (!HAS_FRAMES && isFetchObserved(globalThis.fetch, false)) context.with(ROOT_CONTEXT, () => {});
}
