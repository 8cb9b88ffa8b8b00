import { context, ROOT_CONTEXT } from '@opentelemetry/api';

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
