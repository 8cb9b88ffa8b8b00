import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { SpanStatusCode, context as contextApi, isSpanContextValid } from '@opentelemetry/api';

import { cutText } from '../text/cut-text.ts';
import { ATTR_ERROR_TYPE, ATTR_PARENT_ID } from '../semconv.ts';
import { isContentCaptured } from '../process/process-settings.ts';
import type { RunSpan } from './run-span.ts';
import { spanContextOf } from './span-id.ts';
import { ownTracer, setCurrentSpan, setParentSpanContext } from '../process/own-provider.ts';
import { MAX_ID_LENGTH } from '../user/identity-limits.ts';
import { toUser } from '../user/to-user.ts';
import { setUser } from '../user/user-context.ts';
import type { User } from '../user/user.ts';
import { warnOnce } from '../process/warn-once.ts';
import { isWellFormed } from '../text/well-formed.ts';

/** One execution of a wrapped function: its user and parent until it starts, its span from then on. */
export class RunState {
  readonly #spec: RunSpan;
  #context: Context;
  #parent: unknown;
  #span: Span | undefined;

  constructor(spec: RunSpan) {
    this.#spec = spec;
    this.#context = contextApi.active();
    if (spec.user !== undefined) this.#context = setUser(this.#context, spec.user);
  }

  get spanContext(): SpanContext | undefined {
    const spanContext = this.#span?.spanContext();
    return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
  }

  get isStarted(): boolean {
    return this.#span !== undefined;
  }

  identify(userId: unknown, props: unknown): void {
    if (this.#isLate('identify')) return;
    const user: User | null | undefined = userId === null ? null : toUser(userId, props);
    this.#context = setUser(this.#context, user ?? null);
  }

  setParent(parent: unknown): void {
    if (!this.#isLate('setParent')) this.#parent = parent;
  }

  /** Starts the span and returns the context for the wrapped function. Like every method here, it never throws. */
  start(args: readonly unknown[]): Context {
    try {
      return this.#start(args);
    } catch {
      warnSpanThrew();
      return this.#context;
    }
  }

  #start(args: readonly unknown[]): Context {
    const { name, kind, attributes, argumentAttributes } = this.#spec;
    const parent = this.#parent ?? undefined;
    const parentSpan = parent === undefined ? undefined : spanContextOf(parent);
    const context =
      parentSpan === undefined ? this.#context : setParentSpanContext(this.#context, parentSpan);
    this.#span = ownTracer().startSpan(name, { kind, attributes }, context);
    if (parent !== undefined && parentSpan === undefined) keepParentId(this.#span, parent);
    if (argumentAttributes !== undefined && this.#span.isRecording()) {
      this.#span.setAttributes(argumentAttributes(args));
    }
    this.#context = setCurrentSpan(context, this.#span);
    return this.#context;
  }

  /** Ends the span after the function succeeded. */
  succeed(result: unknown): void {
    const { resultAttributes } = this.#spec;
    this.#end((span) => {
      if (resultAttributes !== undefined) span.setAttributes(resultAttributes(result));
    });
  }

  /** Ends the span after the function threw. The error message counts as content, because it may quote a prompt. */
  fail(error: unknown): void {
    this.#end((span) => {
      const message = isContentCaptured() && error instanceof Error ? cutText(error.message) : undefined;
      span.setAttribute(ATTR_ERROR_TYPE, errorType(error));
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
    });
  }

  #end(finish: (span: Span) => void): void {
    const span = this.#span;
    if (span === undefined) return;
    try {
      if (span.isRecording()) finish(span);
    } catch {
      warnSpanThrew();
    }
    try {
      span.end();
    } catch {
      warnSpanThrew();
    }
  }

  #isLate(method: string): boolean {
    if (!this.isStarted) return false;
    warnOnce(
      `late-${method}`,
      `run.${method}() came too late, because the run has started; call it in the expression that creates the run: await agent(input).${method}(…).`,
    );
    return true;
  }
}

function keepParentId(span: Span, parent: unknown): void {
  if (typeof parent === 'string' && parent.length <= MAX_ID_LENGTH && isWellFormed(parent)) {
    span.setAttribute(ATTR_PARENT_ID, parent);
    return;
  }
  warnOnce(
    'set-parent',
    'setParent() needs a span context, a run or an id; it got something else and does nothing.',
  );
}

function warnSpanThrew(): void {
  warnOnce('span-throws', 'the OpenTelemetry SDK threw while a run was recorded; the run itself continues.');
}

function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return typeof error.name === 'string' && error.name !== 'Error' ? error.name : error.constructor.name;
}
