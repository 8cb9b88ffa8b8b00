import { processState } from './process-state.ts';

/**
 * Where `identify` also writes a user as OpenTelemetry baggage.
 *
 * - `guarded` (default): only where the global propagator does not send it, as with `UserPropagator`;
 * - `always`: even where a foreign propagator sends it to every host, the model vendor included;
 * - `never`: only into the private context key. Spans are stamped all the same.
 */
export type BaggageMode = 'guarded' | 'always' | 'never';

interface Settings {
  baggage: BaggageMode;
  captureContent: boolean;
}

const SETTINGS: unique symbol = Symbol.for('userspan.settings.1') as never;

function settings(): Settings {
  return processState(SETTINGS, () => ({ baggage: 'guarded', captureContent: false }));
}

/** Sets the baggage mode of the process. */
export function setBaggageMode(mode: BaggageMode): void {
  if (mode !== 'guarded' && mode !== 'always' && mode !== 'never') {
    throw new TypeError(`userspan: baggage must be 'guarded', 'always' or 'never'; got ${String(mode)}`);
  }
  settings().baggage = mode;
}

/** The baggage mode of the process. */
export function baggageMode(): BaggageMode {
  return settings().baggage;
}

/** Turns recording of content (prompts, answers, messages of threads) on or off for the process. Off by default. */
export function setContentCapture(on: boolean): void {
  settings().captureContent = on;
}

/** Whether content is recorded. */
export function isContentCaptured(): boolean {
  return settings().captureContent;
}
