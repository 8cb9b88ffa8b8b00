import { context } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

import { enterContext } from '../process/api-registry.ts';
import { processState } from '../process/process-state.ts';
import { warnOnce } from '../process/warn-once.ts';
import { continueScope } from './user-context.ts';

/**
 * `node:diagnostics_channel`, if the runtime has it. This package also runs in browsers, so it does not import Node's
 * modules.
 */
interface DiagnosticsChannel {
  subscribe(name: string, see: Subscriber): void;
  unsubscribe(name: string, see: Subscriber): void;
}

type Subscriber = (message: unknown) => void;

interface ModulesProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/** The message of a traced layer's events. All events of one call have the same object. */
interface LayerCall {
  /** Arguments of the layer, `(request, response, next)`. A subscriber of `start` may replace them. */
  readonly arguments?: unknown[];
}

type Next = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The layers of Express 4 and of the router of Express 5, as Sentry 11 and other users of the "orchestrion" transform
 * trace them. These run `next` with the context from before the layer, and so without the user that the layer named.
 */
const CHANNELS = ['orchestrion:express:handle', 'orchestrion:router:handle'].map((name) => `tracing:${name}`);

/** Number of user processors in all copies of this package that need the subscription, which they share. */
const wanted = processState(Symbol.for('userspan.keep-user-after-next.1'), () => ({
  count: 0,
  stop: (): void => {},
}));

/**
 * Keeps the user and thread with which a middleware calls `next`, although another SDK's tracing of Express runs `next`
 * in an earlier context. The active span and other values of that context do not change.
 *
 * `start` is published before the layer runs. Its subscriber replaces `next` by a function that remembers its context.
 * `asyncStart` is published by `next`, inside the storage that the other SDK entered, so a context entered there ends
 * with `next`.
 *
 * @returns a function that removes the subscription.
 */
export function keepUserAfterNext(): () => void {
  if (wanted.count === 0) wanted.stop = subscribe();
  wanted.count += 1;
  let isWanted = true;
  return () => {
    if (!isWanted) return;
    isWanted = false;
    wanted.count -= 1;
    if (wanted.count === 0) wanted.stop();
  };
}

function subscribe(): () => void {
  const channels = diagnosticsChannel();
  if (channels === undefined) return () => {};
  const contextsOfNext = new WeakMap<object, Context>();

  // An error in a subscriber would end the process.
  const rememberContext = guarded((call) => {
    const next = call.arguments?.at(-1);
    if (call.arguments === undefined || typeof next !== 'function') return;
    const atStart = context.active();
    call.arguments[call.arguments.length - 1] = function nextInContext(this: unknown, ...args: unknown[]) {
      const atNext = context.active();
      // Most layers call `next` in the context in which they were called, so there is nothing to keep.
      if (atNext !== atStart) contextsOfNext.set(call, atNext);
      return (next as Next).apply(this, args);
    };
  });
  const continueContext = guarded((call) => {
    const before = contextsOfNext.get(call);
    if (before === undefined) return;
    const active = context.active();
    const continued = continueScope(active, before);
    if (continued !== active && !enterContext(continued)) {
      warnOnce(
        'user-after-next',
        'another SDK runs the code after an Express middleware without the user that the middleware named. ' +
          'Name the user in the handler: identify(user.id, () => answer(request)).',
      );
    }
  });

  for (const name of CHANNELS) {
    channels.subscribe(`${name}:start`, rememberContext);
    channels.subscribe(`${name}:asyncStart`, continueContext);
  }
  return () => {
    for (const name of CHANNELS) {
      channels.unsubscribe(`${name}:start`, rememberContext);
      channels.unsubscribe(`${name}:asyncStart`, continueContext);
    }
  };
}

function diagnosticsChannel(): DiagnosticsChannel | undefined {
  const { process } = globalThis as { readonly process?: ModulesProcess };
  const found = process?.getBuiltinModule?.('node:diagnostics_channel') as
    | Partial<DiagnosticsChannel>
    | undefined;
  return typeof found?.subscribe === 'function' ? (found as DiagnosticsChannel) : undefined;
}

function guarded(see: (call: LayerCall) => void): Subscriber {
  return (message) => {
    try {
      see(message as LayerCall);
    } catch {
      // The message has an unknown shape. The request continues as it would without us.
    }
  };
}
