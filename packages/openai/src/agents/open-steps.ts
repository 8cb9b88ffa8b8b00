import type { Context, Span } from '@opentelemetry/api';
import { processState } from '@userspan/core/internal';

/** A run or step of the Agents SDK. It is kept until its run ends, because its work may continue after its own end. */
export interface OpenStep {
  readonly traceId: string;
  /** The context in which it started. */
  readonly outer: Context;
  /** The context with its span; that of the step above if it has no span. */
  readonly within: Context;
  readonly span: Span | undefined;
  readonly startMs: number;
  hasEnded: boolean;
}

interface OpenSteps {
  /** By the SDK's id of the step or run, in order of start. */
  readonly steps: Map<string, OpenStep>;
  /** The ids of each run's steps. */
  readonly runs: Map<string, string[]>;
}

/** Maximum number of steps. The oldest are removed first. */
const MAX_STEPS = 10_000;
/** Shared by the process, so that two processors or two copies of this package record a step once. */
const STEPS: unique symbol = Symbol.for('userspan.agents.steps.1') as never;

function state(): OpenSteps {
  return processState(STEPS, () => ({
    steps: new Map<string, OpenStep>(),
    runs: new Map<string, string[]>(),
  }));
}

/** The step or run with this id. */
export function openStep(id: string | null | undefined): OpenStep | undefined {
  return id === null || id === undefined ? undefined : state().steps.get(id);
}

/** Adds a run or step that starts. */
export function addStep(id: string, step: OpenStep): void {
  const { steps, runs } = state();
  steps.set(id, step);
  const ids = runs.get(step.traceId);
  if (ids === undefined) runs.set(step.traceId, [id]);
  else ids.push(id);
  if (steps.size <= MAX_STEPS) return;
  for (const { traceId } of steps.values()) {
    if (traceId !== step.traceId || runs.size === 1) {
      forgetRun(traceId);
      return;
    }
  }
}

/** Ends the span of a step, once. */
export function endStep(step: OpenStep): void {
  if (step.hasEnded) return;
  step.hasEnded = true;
  step.span?.end();
}

/** Ends the open steps of a run, inner ones first, and forgets the run. */
export function forgetRun(traceId: string): void {
  const { steps, runs } = state();
  const ids = runs.get(traceId) ?? [];
  runs.delete(traceId);
  for (const id of ids.toReversed()) {
    const step = steps.get(id);
    steps.delete(id);
    if (step !== undefined) endStep(step);
  }
}

/** `forgetRun` of every run. */
export function forgetAllRuns(): void {
  for (const traceId of state().runs.keys()) forgetRun(traceId);
}
