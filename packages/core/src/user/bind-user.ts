import type { Context } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

import { bindMethods, keepContext } from '../context/bind-context.ts';

/** The methods in which a Node stream does its work. Node calls them in the context of the code that reads or writes. */
const STREAM_WORK = ['_read', '_write', '_writev', '_transform', '_flush', '_final', '_destroy'] as const;
const ITERATOR_STEPS = ['next', 'return', 'throw'] as const;

/**
 * Keeps the current user, thread and trace for work that runs later in another context.
 *
 * - a function is returned as one that always runs as the current user: `emitter.on('job', bindUser(handle))`,
 *   `new ReadableStream({ pull: bindUser(pull) })`, `queue.push(bindUser(job))`;
 * - a generator, iterator, web stream or Node stream is returned itself and does its work as the current user from now
 * on;
 * - an event emitter is returned itself, and listeners added from now on run as the current user.
 *
 * Do not pass objects that several users share, such as sockets of a pool. Pass the function that belongs to one user.
 */
export function bindUser<T>(target: T): T {
  const context = contextApi.active();
  if (typeof target === 'function') return contextApi.bind(context, target);
  if (typeof target !== 'object' || target === null) return target;
  keepContext(context, target);
  bindKnownMethods(context, target);
  return contextApi.bind(context, target);
}

function bindKnownMethods(context: Context, target: object): void {
  if ('_read' in target || '_write' in target) bindMethods(context, target, STREAM_WORK);
  else if ('next' in target) bindMethods(context, target, ITERATOR_STEPS);
}
