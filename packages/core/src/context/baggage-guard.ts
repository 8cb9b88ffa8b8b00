import type { Context, TextMapPropagator } from '@opentelemetry/api';
import { ROOT_CONTEXT, TraceFlags, defaultTextMapSetter, propagation, trace } from '@opentelemetry/api';

import { globalPropagator } from '../process/api-registry.ts';
import { isBesideAnotherSdk } from '../process/own-provider.ts';
import { baggageMode } from '../process/process-settings.ts';
import { warnOnce } from '../process/warn-once.ts';

/** A member that `UserPropagator` strips like any of ours. It names no user and is never in a context of the app. */
const PROBE_MEMBER = 'userspan.probe';

/** Result of the last probe, and the propagator that it was about: a process sets its propagator once. */
let probed: { readonly propagator: TextMapPropagator; readonly isGuarded: boolean } | undefined;

/**
 * Whether baggage may hold the user in this process. Where it may, the user in baggage is also trusted.
 *
 * It does wherever nothing would send it: under `UserPropagator`, under a propagator that sends no baggage, and where no
 * propagator is set. The rule is the same for both directions, because a propagator that would send our members to any
 * host would also have taken them from any host.
 */
export function isBaggageUsed(): boolean {
  const mode = baggageMode();
  if (mode !== 'guarded') return mode === 'always';
  const propagator = globalPropagator();
  // Without a propagator, `propagation.inject` sends nothing.
  if (propagator === undefined) return true;
  if (probed?.propagator !== propagator) {
    probed = { propagator, isGuarded: isGuarded(propagator) };
    // Beside another SDK, register() has said where users are kept.
    if (!probed.isGuarded && !isBesideAnotherSdk()) warnUnguarded();
  }
  return probed.isGuarded;
}

/** Injects with and without a member of ours into empty carriers; any difference means that it would be sent. */
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
