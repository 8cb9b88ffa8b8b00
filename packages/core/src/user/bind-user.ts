import type { Context } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

import { bindMethods, keepContext } from '../context/bind-context.ts';

/** The methods in which a Node stream does its work; called in the context of the code that reads or writes. */
const STREAM_WORK = ['_read', '_write', '_writev', '_transform', '_flush', '_final', '_destroy'] as const;
const ITERATOR_STEPS = ['next', 'return', 'throw'] as const;

/**
 * Keeps the current user, thread and trace for work that is done later, in another context.
 *
 * - a function is returned as one that always runs as the current user: `emitter.on('job', bindUser(handle))`,
 *   `new ReadableStream({ pull: bindUser(pull) })`, `queue.push(bindUser(job))`;
 * - a generator, iterator, web stream or Node stream does its own work so from now on, and is returned itself;
 * - listeners added to an event emitter from now on run so, and it is returned itself.
 *
 * Not for things that several users share, such as sockets of a pool: give it the function that is one user's.
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
