import type { Context, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { isContentCaptured, setThread, setUser, userOf } from '@userspan/core';
import { currentSpan, setCurrentSpan, toId, toUser, tracerOf, warnOnce } from '@userspan/core/internal';
import { ATTR_ERROR_TYPE } from '@userspan/core/semconv';
import type { PriceOptions } from '@userspan/pricing';

import { SCOPE_VERSION } from '../version.ts';
import { activeOutside, unwatchContext, watchContext } from './agents-context.ts';
import { describeRun, describeStep, endOfStep } from './describe-step.ts';
import type { SpanDescription } from './describe-step.ts';
import { addStep, endStep, forgetAllRuns, forgetRun, openStep } from './open-steps.ts';
import type { OpenStep } from './open-steps.ts';
import { currentAgentsContext, fieldsOf } from './traced.ts';
import type { TracedRun, TracedStep } from './traced.ts';
import { unrecordedCall } from './unrecorded-call.ts';

/** Options of `AgentsTracingProcessor`; every field is optional. */
export interface AgentsTracingProcessorOptions {
  /** Whether to record arguments and results of tools. Default: the setting of the process, which is off by default. */
  readonly captureContent?: boolean;
  /** Your own prices, for models that no instrumentation records. They take precedence over the list. */
  readonly prices?: PriceOptions;
  /** Default: the global provider, at the time of each step. */
  readonly tracerProvider?: TracerProvider;
}

/** The SDK's id for runs and steps that it does not trace. */
const NOT_TRACED = 'no-op';

/**
 * Records runs of the OpenAI Agents SDK (`@openai/agents` 0.4 and newer): workflow, agents, tools, handoffs and
 * guardrails become spans of one trace, and model calls and the app's own spans become children of their step.
 *
 * `metadata: { userId, userProps, threadId }` of a run names its user and thread, and `groupId` its thread; by default,
 * the current ones are used. Calls of the `openai` package are recorded by its instrumentation, and calls of other
 * models by this processor, each once. It never makes a run fail.
 *
 * @example
 * ```ts
 * import { addTraceProcessor } from '@openai/agents';
 *
 * addTraceProcessor(new AgentsTracingProcessor());
 * ```
 */
export class AgentsTracingProcessor {
  readonly #options: AgentsTracingProcessorOptions;
  readonly #read = (active: Context): Context => this.#contextOfStep(active);

  constructor(options: AgentsTracingProcessorOptions = {}) {
    this.#options = options;
    watchContext(this.#read);
  }

  start(): void {
    watchContext(this.#read);
  }

  onTraceStart(run: TracedRun): Promise<void> {
    return safely(() => {
      watchContext(this.#read);
      if (run.traceId !== NOT_TRACED) this.#openRun(run, activeOutside());
    });
  }

  onTraceEnd(run: TracedRun): Promise<void> {
    return safely(() => forgetRun(run.traceId));
  }

  onSpanStart(step: TracedStep): Promise<void> {
    return safely(() => void this.#open(step, activeOutside()));
  }

  onSpanEnd(step: TracedStep): Promise<void> {
    return safely(() => this.#end(step));
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return safely(() => {
      forgetAllRuns();
      unwatchContext();
    });
  }

  /**
   * The context of the current step. The SDK notifies its processors one after the other while the code of the step
   * already runs, so a step whose start was not reported yet is opened here.
   */
  #contextOfStep(active: Context): Context {
    const current = currentAgentsContext();
    if (current === undefined) return active;
    const { span: step, trace: run } = current;
    let open: OpenStep | undefined;
    if (step !== undefined && step.spanId !== NOT_TRACED)
      open = openStep(step.spanId) ?? this.#open(step, active);
    else if (run !== undefined && run.traceId !== NOT_TRACED) open = openStep(run.traceId);
    return open === undefined || open.outer !== active ? active : open.within;
  }

  #openRun(run: TracedRun, active: Context): void {
    if (openStep(run.traceId) !== undefined) return;
    this.#add(
      run.traceId,
      { traceId: run.traceId, outer: active, parent: ownedBy(run, active) },
      describeRun(run),
    );
  }

  #open(step: TracedStep, active: Context): OpenStep | undefined {
    const known = openStep(step.spanId);
    if (known !== undefined || step.spanId === NOT_TRACED) return known;
    const above = openStep(step.parentId) ?? openStep(step.traceId);
    const parent = above === undefined ? active : parentContext(above, active);
    return this.#add(
      step.spanId,
      { traceId: step.traceId, outer: active, parent },
      describeStep(step.spanData),
    );
  }

  #add(
    id: string,
    { traceId, outer, parent }: { traceId: string; outer: Context; parent: Context },
    description: SpanDescription | undefined,
  ): OpenStep {
    const startMs = Date.now();
    let within = parent;
    let span;
    if (description !== undefined) {
      const { name, attributes } = description;
      span = this.#tracer().startSpan(name, { kind: SpanKind.INTERNAL, attributes }, parent);
      within = setCurrentSpan(parent, span);
    }
    const opened: OpenStep = { traceId, outer, within, span, startMs, hasEnded: false };
    addStep(id, opened);
    return opened;
  }

  #end(step: TracedStep): void {
    const open = openStep(step.spanId);
    if (open === undefined || open.hasEnded) return;
    if (open.span === undefined) this.#recordCall(step, open);
    else if (open.span.isRecording()) this.#finish(step, open.span);
    endStep(open);
    if (step.parentId === null && hasError(step)) endFailedRun(step.traceId);
  }

  /** Records the model call of a step without a span, if nothing else recorded it. */
  #recordCall(step: TracedStep, { startMs, within }: OpenStep): void {
    const call = unrecordedCall(step.spanData, startMs, this.#options.prices);
    if (call === undefined) return;
    const options = { kind: SpanKind.CLIENT, attributes: call.attributes, startTime: startMs };
    this.#tracer().startSpan(call.name, options, within).end();
  }

  /** Adds attributes that are only known at the end of a step. */
  #finish(step: TracedStep, span: Span): void {
    const capturesContent = this.#options.captureContent ?? isContentCaptured();
    const { name, attributes } = endOfStep(step.spanData, capturesContent);
    if (name !== undefined) span.updateName(name);
    if (attributes !== undefined) span.setAttributes(attributes);
    // The message counts as content, because it may quote a prompt.
    if (hasError(step)) markFailed(span, capturesContent ? step.error?.message : undefined);
  }

  #tracer(): Tracer {
    const name = '@userspan/openai/agents';
    return this.#options.tracerProvider?.getTracer(name, SCOPE_VERSION) ?? tracerOf(name, SCOPE_VERSION);
  }
}

/** The parent context of a step: that of the step above, unless the app has started a span in between. */
function parentContext(above: OpenStep, active: Context): Context {
  if (active === above.outer) return above.within;
  if (currentSpan(active) !== currentSpan(above.outer)) return active;
  const span = currentSpan(above.within);
  return span === undefined || userOf(active) === userOf(above.outer)
    ? above.within
    : setCurrentSpan(active, span);
}

/** A context with the user and thread from a run's metadata. */
function ownedBy({ metadata, groupId }: TracedRun, active: Context): Context {
  const fields = fieldsOf(metadata);
  let owned = active;
  const userId = fields['userId'] ?? fields['user_id'];
  const user =
    userId === undefined || userId === null ? undefined : toUser(userId, fieldsOf(fields['userProps']));
  if (user !== undefined) owned = setUser(owned, user);
  const threadId = fields['threadId'] ?? fields['thread_id'] ?? groupId;
  const id = threadId === undefined || threadId === null ? undefined : toId(threadId);
  return id === undefined ? owned : setThread(owned, { id, tags: undefined });
}

function hasError({ error }: TracedStep): boolean {
  return error !== null && error !== undefined;
}

function markFailed(span: Span | undefined, message?: string): void {
  span?.setAttribute(ATTR_ERROR_TYPE, '_OTHER');
  span?.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
}

/**
 * Ends a run that threw, because the SDK does not report its end. Later work of the app in the same workflow still
 * becomes part of it.
 */
function endFailedRun(traceId: string): void {
  const run = openStep(traceId);
  if (run === undefined) return;
  markFailed(run.span);
  endStep(run);
}

function safely(work: () => void): Promise<void> {
  try {
    work();
  } catch {
    warnOnce('agents', 'a step of the OpenAI Agents SDK could not be recorded; the run itself continues.');
  }
  return Promise.resolve();
}
