import type { Tracer } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/api';
import { toUser, tracerOf } from '@userspan/core/internal';
import type { User, UserProps } from '@userspan/core';

import { CallMetrics } from './metrics/call-metrics.ts';
import type { Recorder } from './call/recorder.ts';
import { readEnvironment } from './environment.ts';
import type { OpenAIInstrumentationOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import type { ClientMethods } from './patch/client-internals.ts';
import { clientTarget } from './patch/openai-class.ts';
import { overlayMethod } from './patch/overlay.ts';
import { patchClient } from './patch/patch-client.ts';
import { SCOPE_NAME, SCOPE_VERSION } from './version.ts';

/** The user of a client's calls, and how the calls are recorded. */
export interface ObserveOpenAIOptions extends Omit<OpenAIInstrumentationOptions, 'enabled'> {
  /** The user of every call of this client. A call's own `user` takes precedence. Default: the user of the context. */
  readonly userId?: string;
  /** Props of the user; ignored without `userId`. */
  readonly userProps?: UserProps;
}

const observed = new WeakSet<object>();

/**
 * Records the calls of one client by patching it, and returns the same client. Clients created from it with
 * `withOptions` are recorded, too. Together with `OpenAIInstrumentation` no call is counted twice.
 *
 * @throws TypeError if it is not a client of openai 4 to 7 or an option is invalid.
 */
export function observeOpenAI<Client extends object>(
  client: Client,
  options: ObserveOpenAIOptions = {},
): Client {
  const { userId, userProps, ...rest } = options;
  const recorder = globalRecorder(rest);
  const clientUser = userId === undefined ? undefined : toUser(userId, userProps);
  observe(client, recorder, clientUser);
  return client;
}

function observe(client: object, recorder: Recorder, clientUser: User | undefined): void {
  if (observed.has(client)) return;
  if (patchClient(clientTarget(client), { recorder, clientUser }) === undefined) {
    throw new TypeError(
      '@userspan/openai: observeOpenAI needs a client of openai 4 to 7: observeOpenAI(new OpenAI()).',
    );
  }
  observed.add(client);
  overlayMethod(
    client as ClientMethods,
    'withOptions',
    (original) =>
      function withOptions(this: object, ...args) {
        const derived = original.apply(this, [...args]);
        observe(derived, recorder, clientUser);
        return derived;
      },
  );
}

/** A recorder that uses the global providers, for single clients and sessions. */
export function globalRecorder(options: OpenAIInstrumentationOptions): Recorder {
  const resolved = resolveOptions(options, readEnvironment());
  return {
    isEnabled: true,
    get tracer(): Tracer {
      return tracerOf(SCOPE_NAME, SCOPE_VERSION);
    },
    metrics: new CallMetrics(metrics.getMeter(SCOPE_NAME, SCOPE_VERSION)),
    options: resolved,
  };
}
