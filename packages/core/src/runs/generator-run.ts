import type { Context } from '@opentelemetry/api';
import { context as contextApi } from '@opentelemetry/api';

import { hide, isAsyncGenerator } from '../context/bind-context.ts';
import { type RunControls, addControls } from './run.ts';
import type { RunSpan } from './run-span.ts';
import { RunState } from './run-state.ts';

/** The generator that a wrapped generator function returned, with the methods of a run. */
export type GeneratorRun<G> = G & RunControls;

type Step = (value?: unknown) => unknown;
type Steps = Record<'next' | 'return' | 'throw', Step>;

/**
 * Makes a generator a run. The run starts at the first `next()`, as the body does, and ends when the body ends.
 *
 * Each step of the body runs in the run's context, regardless of who reads the generator. Returns the generator itself.
 */
export function makeGeneratorRun<G extends Generator | AsyncGenerator>(
  spec: RunSpan,
  args: readonly unknown[],
  generator: G,
): GeneratorRun<G> {
  const state = new RunState(spec);
  const settle = isAsyncGenerator(generator) ? settleLater : settleNow;
  const native = generator as unknown as Steps;
  let context: Context | undefined;
  for (const name of ['next', 'return', 'throw'] as const) {
    const step = native[name];
    hide(generator, name, function stepInContext(this: unknown, ...values: [unknown?]): unknown {
      if (context === undefined) {
        // `return` or `throw` before the first `next`: the body never runs, so there is no run.
        if (name !== 'next') return step.apply(generator, values);
        context = state.start(args);
      }
      return settle(state, () => contextApi.with(context as Context, step, generator, ...values));
    });
  }
  addControls(generator, state);
  return generator as GeneratorRun<G>;
}

function settleNow(state: RunState, step: () => unknown): unknown {
  try {
    const result = step() as IteratorResult<unknown>;
    if (result.done === true) state.succeed(result.value);
    return result;
  } catch (error) {
    state.fail(error);
    throw error;
  }
}

function settleLater(state: RunState, step: () => unknown): unknown {
  // The reader gets the last promise of the chain, so that a rejection is reported once.
  return (step() as Promise<IteratorResult<unknown>>).then(
    (result) => {
      if (result.done === true) state.succeed(result.value);
      return result;
    },
    (error: unknown) => {
      state.fail(error);
      throw error;
    },
  );
}
