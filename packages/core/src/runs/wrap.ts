import { hide, isGenerator } from '../context/bind-context.ts';
import { type GeneratorRun, makeGeneratorRun } from './generator-run.ts';
import { type ModelRunOptions, type RunOptions, type RunSpan, modelSpan, runSpan } from './run-span.ts';
import { type Run, makeRun } from './run.ts';

/**
 * What a wrapped function returns: a generator if the function returns one, otherwise a run. The brackets prevent
 * distribution over unions and `never`; `any` and `unknown` become a run.
 */
export type RunOf<R> = [unknown] extends [R]
  ? Run<Awaited<R>>
  : [R] extends [never]
    ? Run<never>
    : [R] extends [Generator | AsyncGenerator]
      ? GeneratorRun<R>
      : Run<Awaited<R>>;

// oxlint-disable-next-line typescript/no-explicit-any -- the only way to accept every function without losing its types
type AnyFunction = (this: any, ...args: any[]) => unknown;

/** The wrapped function: same arguments and same `this`, but it returns a run. */
export type Wrapped<F extends AnyFunction> = (
  this: ThisParameterType<F>,
  ...args: Parameters<F>
) => RunOf<ReturnType<F>>;

/**
 * Records each execution of an agent as an `invoke_agent` span. Spans started inside become its children.
 *
 * The function may be sync, async, a generator or an async generator; errors pass unchanged.
 *
 * @example
 * const translate = wrapAgent(async (text: string) => { … });
 * await translate('hello').identify('user123', { email: 'ada@example.com' });
 */
export function wrapAgent<F extends AnyFunction>(fn: F, options: RunOptions = {}): Wrapped<F> {
  return wrap(fn, runSpan('agent', nameOf(fn), options));
}

/** As `wrapAgent`, for a tool: an `execute_tool` span. Arguments and result are recorded only with the other content. */
export function wrapTool<F extends AnyFunction>(fn: F, options: RunOptions = {}): Wrapped<F> {
  return wrap(fn, runSpan('tool', nameOf(fn), options));
}

/** As `wrapAgent`, for a fixed sequence of steps: an `invoke_workflow` span. */
export function wrapChain<F extends AnyFunction>(fn: F, options: RunOptions = {}): Wrapped<F> {
  return wrap(fn, runSpan('chain', nameOf(fn), options));
}

/**
 * As `wrapAgent`, for a model that no instrumentation knows: a call, with the usage that `options.usage` reads from
 * the result.
 */
export function wrapModel<F extends AnyFunction>(fn: F, options: ModelRunOptions = {}): Wrapped<F> {
  return wrap(fn, modelSpan(nameOf(fn), options));
}

function wrap<F extends AnyFunction>(fn: F, spec: RunSpan): Wrapped<F> {
  const isLazy = isGeneratorFunction(fn);
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    if (!isLazy) return makeRun(spec, args, () => fn.apply(this, args));
    const generator = fn.apply(this, args);
    return isGenerator(generator) ? makeGeneratorRun(spec, args, generator) : generator;
  };
  hide(wrapped, 'name', fn.name);
  hide(wrapped, 'length', fn.length);
  return wrapped as Wrapped<F>;
}

function nameOf(fn: unknown): string {
  if (typeof fn !== 'function')
    throw new TypeError('userspan: wrapAgent, wrapTool, wrapChain and wrapModel need a function.');
  return typeof fn.name === 'string' ? fn.name : '';
}

function isGeneratorFunction(fn: AnyFunction): boolean {
  const kind = Object.prototype.toString.call(fn);
  return kind === '[object GeneratorFunction]' || kind === '[object AsyncGeneratorFunction]';
}
