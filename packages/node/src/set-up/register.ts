import nodeModule from 'node:module';
import { diag, DiagConsoleLogger, DiagLogLevel, trace } from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { registerInstrumentations } from '@opentelemetry/instrumentation/build/src/autoLoader.js';
import { setBaggageMode, setContentCapture, UserPropagator } from '@userspan/core';
import { processState } from '@userspan/core/internal';
import { OpenAIInstrumentation } from '@userspan/openai';
import type { PriceOptions } from '@userspan/pricing';
import type * as PricingFeed from '@userspan/pricing/feed';
import { isHookThread, messageOf, readEnvironment, readNamedFile } from '../environment.ts';
import type { Environment } from '../environment.ts';
import { flushAtProcessEnd } from '../export/process-end.ts';
import { withinLimit } from '../export/time-limit.ts';
import { recordBesideAnotherSdk } from './beside-another-sdk.ts';
import { hasDiagLogger, hasTracerProvider, shortenRefusals, takeGlobals } from './globals.ts';
import { installImportHook } from './import-hook.ts';
import { mergeFields } from './option-values.ts';
import { resolveOptions } from './options.ts';
import type { RegisterOptions, ResolvedOptions } from './options.ts';
import { standardPropagator } from './propagator.ts';
import { makePipeline } from './span-pipeline.ts';
import type { SpanPipeline } from './span-pipeline.ts';

/** The result of `register()`. */
export interface Registration {
  /**
   * Resolves when every ended span is exported. Spans that are not exported after `flushTimeoutMs` are lost. Never
   * rejects.
   */
  flush(): Promise<void>;
  /** Flushes, then removes everything that `register()` set up. Idempotent; never rejects. */
  shutdown(): Promise<void>;
  /**
   * Records an `openai` that cannot be detected when it loads, because it is part of a bundle or was imported earlier.
   * Pass its `OpenAI` class or the module that contains it. Does nothing if `openai` or `enabled` is `false`.
   *
   * @throws TypeError if it contains no `OpenAI` class.
   */
  manuallyInstrument(openai: unknown): void;
  /**
   * Provider of the tracers for our spans. Beside another SDK it is not the global one. For libraries that accept a
   * tracer, such as the AI SDK.
   */
  readonly tracerProvider: TracerProvider;
}

/** Shared by all copies of this package in the process. */
const REGISTRATION: unique symbol = Symbol.for('userspan.registration.1') as never;

function registered(): { current: Registration | undefined } {
  return processState(REGISTRATION, () => ({ current: undefined }));
}

const DISABLED: Registration = {
  flush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  manuallyInstrument: () => {},
  tracerProvider: {
    getTracer: (...scope) => trace.getTracerProvider().getTracer(...scope),
  },
};

/** The registration of this process; without one, an object whose methods do nothing. */
export function currentRegistration(): Registration {
  return registered().current ?? DISABLED;
}

/**
 * Sets up OpenTelemetry with users and costs. Call it once at start-up, before the observed modules are used.
 *
 * Creates a tracer provider, a context manager, a propagator that sends no users by default, the user and cost
 * processors, an OTLP/HTTP exporter and the OpenAI instrumentation. A second call warns and returns the first
 * registration.
 *
 * If another OpenTelemetry SDK is set up, before or after, it stays the global one and its spans do not change. Model
 * calls, runs and threads are then recorded separately in the same traces, and a warning says so.
 *
 * @throws Error if an option or variable is invalid. The message says what to do, and nothing is set up.
 */
export function register(options: RegisterOptions = {}): Registration {
  const process = registered();
  if (process.current !== undefined) {
    diag.warn('userspan: register() was called twice; the first set-up stays in effect.');
    return process.current;
  }
  const env = readEnvironment();
  const resolved = resolveOptions(options, env);
  if (!resolved.enabled || isHookThread()) return DISABLED;
  const prices = pricesOf(resolved);
  const pipeline = makePipeline(options, resolved, prices);
  logWarnings(env);
  warnOfConfigFile(env);
  process.current = start(options, resolved, prices, pipeline, env);
  return process.current;
}

function start(
  options: RegisterOptions,
  resolved: ResolvedOptions,
  prices: PriceOptions | undefined,
  pipeline: SpanPipeline,
  env: Environment,
): Registration {
  const { provider } = pipeline;
  const openai =
    resolved.openai === false
      ? undefined
      : new OpenAIInstrumentation({
          ...(prices === undefined ? {} : { prices }),
          captureContent: resolved.captureContent,
          ...resolved.openai,
          // registerInstrumentations below enables it.
          enabled: false,
        });
  const undo: (() => void)[] = [];
  let stopped: Promise<void> | undefined;
  let current: TracerProvider = provider;
  const recordBeside = (): void => {
    if (stopped !== undefined) return;
    const beside = recordBesideAnotherSdk(pipeline.providerBeside(), resolved);
    undo.push(beside.undo);
    current = beside.provider;
    openai?.setTracerProvider(current);
  };
  try {
    const isFirst = !hasTracerProvider();
    const globals = {
      provider,
      contextManager: new AsyncLocalStorageContextManager().enable(),
      propagator: propagatorOf(resolved, env),
    };
    undo.push(takeGlobals(globals, recordBeside));
    undo.push(() => {
      setBaggageMode('guarded');
      setContentCapture(false);
    });
    setBaggageMode(resolved.baggage);
    setContentCapture(resolved.captureContent);
    const instrumentations = [...(options.instrumentations ?? [])];
    installImportHook(instrumentations);
    undo.push(
      registerInstrumentations({ instrumentations, ...(isFirst ? { tracerProvider: provider } : {}) }),
    );
    if (!isFirst) recordBeside();
    if (openai !== undefined && resolved.openai !== false && resolved.openai.enabled !== false) {
      undo.push(registerInstrumentations({ instrumentations: [openai], tracerProvider: current }));
    }
    if (resolved.flushOnExit) {
      undo.push(
        flushAtProcessEnd({
          isEmpty: () => pipeline.queue.isEmpty,
          flush: flushAtEnd,
          flushSync: (limitMs) => pipeline.flushSync(limitMs),
          limitMs: resolved.flushTimeoutMs,
        }),
      );
    }
  } catch (error) {
    undoAll();
    throw error;
  }

  return {
    tracerProvider: { getTracer: (...scope) => current.getTracer(...scope) },
    flush,
    shutdown: () => (stopped ??= stop()),
    manuallyInstrument: (module) => openai?.manuallyInstrument(module),
  };

  async function flush(): Promise<void> {
    await withinLimit(provider.forceFlush(), resolved.flushTimeoutMs + 100);
  }

  function flushAtEnd(): Promise<void> {
    pipeline.hurry();
    return flush();
  }

  async function stop(): Promise<void> {
    const [takeBackGlobals, ...others] = undo;
    for (const step of others.toReversed()) step();
    await flushAtEnd();
    await withinLimit(provider.shutdown(), 100);
    takeBackGlobals?.();
    registered().current = undefined;
  }

  function undoAll(): void {
    for (const step of undo.toReversed()) step();
  }
}

function propagatorOf({ send, trust }: ResolvedOptions, env: Environment): UserPropagator {
  return new UserPropagator(standardPropagator(env), {
    ...(send === undefined ? {} : { send }),
    ...(trust === undefined ? {} : { trust }),
  });
}

/** Logs our warnings to the console, unless the app has its own `diag` logger or `OTEL_LOG_LEVEL` is set. */
function logWarnings(env: Environment): void {
  const word = env['OTEL_LOG_LEVEL']?.trim().toUpperCase() as keyof typeof DiagLogLevel | undefined;
  const level = (word && DiagLogLevel[word]) ?? DiagLogLevel.WARN;
  if (!hasDiagLogger())
    diag.setLogger(shortenRefusals(new DiagConsoleLogger()), {
      logLevel: level,
      suppressOverrideMessage: true,
    });
}

function warnOfConfigFile(env: Environment): void {
  const variable = ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'].find((name) => env[name]?.trim());
  if (variable === undefined) return;
  diag.warn(
    `userspan: register() does not read ${variable}. Set the exporter, resource, sampler and propagators with its options or with ` +
      'OTEL_* variables, or start the SDK that reads the file and add the processors of Userspan to it: README, "With your own OpenTelemetry".',
  );
}

/** The prices of the file in the option or `USERSPAN_PRICES`, overridden by prices in the option. */
function pricesOf({ prices, pricesFile }: ResolvedOptions): PriceOptions | undefined {
  if (pricesFile === undefined) return prices;
  const { named, path } = pricesFile;
  const text = readNamedFile(named, path);
  const day = new Date().toISOString().slice(0, 10);
  const { readPrices } = loadFeedReader(named);
  try {
    return mergeFields(readPrices(text, { day }), prices);
  } catch (error) {
    throw new Error(`userspan: ${named} names ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Loads the reader of price files. Only apps with such a file need it, and it contains a price list. */
function loadFeedReader(named: string): typeof PricingFeed {
  try {
    return nodeModule.createRequire(import.meta.url)('@userspan/pricing/feed') as typeof PricingFeed;
  } catch (error) {
    throw new Error(
      `userspan: ${named} names a file, and its reader was not found, as in a bundle: ${messageOf(error)} ` +
        "Install @userspan/pricing beside the bundle, or pass register({ prices: readPrices(text, { day }) }) with readPrices of '@userspan/pricing/feed'.",
      { cause: error },
    );
  }
}
