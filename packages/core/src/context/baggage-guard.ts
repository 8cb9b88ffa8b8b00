import type { Context, TextMapPropagator } from '@opentelemetry/api';
import { ROOT_CONTEXT, TraceFlags, defaultTextMapSetter, propagation, trace } from '@opentelemetry/api';

import { globalPropagator } from '../process/api-registry.ts';
import { isBesideAnotherSdk } from '../process/own-provider.ts';
import { baggageMode } from '../process/process-settings.ts';
import { warnOnce } from '../process/warn-once.ts';

/**
 * A member that `UserPropagator` removes like every member of ours. It names no user and is never part of an app's
 * context.
 */
const PROBE_MEMBER = 'userspan.probe';

/** Result of the last probe, with its propagator. A process usually sets its propagator once. */
let probed: { readonly propagator: TextMapPropagator; readonly isGuarded: boolean } | undefined;

/**
 * Whether the user may be in baggage in this process. If so, a user found in baggage is also trusted.
 *
 * The user may be in baggage if no propagator would send it: with `UserPropagator`, with a propagator that sends no
 * baggage, and without a propagator. The same rule decides about trust, because a propagator that sends our members to
 * every host also accepts them from every host.
 */
export function isBaggageUsed(): boolean {
  const mode = baggageMode();
  if (mode !== 'guarded') return mode === 'always';
  const propagator = globalPropagator();
  // Without a propagator, `propagation.inject` sends nothing.
  if (propagator === undefined) return true;
  if (probed?.propagator !== propagator) {
    probed = { propagator, isGuarded: isGuarded(propagator) };
    // Beside another SDK, register() has already logged where users are kept.
    if (!probed.isGuarded && !isBesideAnotherSdk()) warnUnguarded();
  }
  return probed.isGuarded;
}

/**
 * Injects a context with and without a member of ours into empty carriers. A difference means that the propagator sends
 * it.
 */
function isGuarded(propagator: TextMapPropagator): boolean {
  const plain = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '75736572737061006775617264000001',
    spanId: '7573657273706101',
    traceFlags: TraceFlags.SAMPLED,
  });
  const marked = propagation.setBaggage(plain, propagation.createBaggage({ [PROBE_MEMBER]: { value: '1' } }));
  try {
    return JSON.stringify(injected(propagator, plain)) === JSON.stringify(injected(propagator, marked));
  } catch {
    return false;
  }
}

function injected(propagator: TextMapPropagator, context: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function warnUnguarded(): void {
  warnOnce(
    'unguarded',
    'the global propagator sends baggage to every host, so users are kept out of baggage (spans still carry them). To guard it: ' +
      "import { UserPropagator } from '@userspan/core'; " +
      'propagation.setGlobalPropagator(new UserPropagator(yourPropagator));',
  );
}
