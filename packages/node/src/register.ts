import { context, diag, DiagConsoleLogger, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  redactUser,
  setBaggageMode,
  setContentCapture,
  UserPropagator,
  UserSpanProcessor,
} from '@userspan/core';
import { processState } from '@userspan/core/internal';
import { CostSpanProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';
import type { PriceOptions } from '@userspan/pricing';
import { parsePrices } from '@userspan/pricing';
import { readEnvironment, readPricesFile } from './environment.ts';
import type { Environment } from './environment.ts';
import { flushOnExit } from './exit-flush.ts';
import { installImportHook } from './import-hook.ts';
import { resolveOptions } from './options.ts';
import type { RegisterOptions, ResolvedOptions } from './options.ts';
import { standardPropagator } from './propagator.ts';
import { detectResource } from './resource.ts';
import { SpanCounter } from './span-counter.ts';
import { withinLimit } from './time-limit.ts';

/** What `register()` returns: the whole set-up. */
export interface Registration {
  /** Resolves when every span ended so far is out, or when `flushTimeoutMs` is over. Never rejects. */
  flush(): Promise<void>;
  /** Flushes, then takes everything away that `register()` set up. Idempotent; never rejects. */
  shutdown(): Promise<void>;
}

/** The registration of the process; one, even where the app loads this package as ESM and as CommonJS. */
const REGISTRATION: unique symbol = Symbol.for('userspan.registration.1') as never;

function registered(): { current: Registration | undefined } {
  return processState(REGISTRATION, () => ({ current: undefined }));
}

/**
 * Sets up OpenTelemetry with users and costs: one line at start-up, before the modules to be observed are used.
 *
 * Brings a tracer provider, a context manager, a propagator that lets no user leave, the user, cost and batch
 * processors, an OTLP/HTTP exporter and the OpenAI instrumentation. A second call warns and returns the first.
 *
 * @throws Error when an option or variable cannot be used, or when another OpenTelemetry SDK is already set up;
 *   the message says what to do instead.
 */
export function register(options: RegisterOptions = {}): Registration {
  const registration = registered();
  if (registration.current !== undefined) {
    diag.warn('userspan: register() was called twice; the first set-up stays.');
    return registration.current;
  }
  const env = readEnvironment();
  const resolved = resolveOptions(options, env);
  if (!resolved.enabled) return { flush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  const prices = resolved.prices ?? pricesOf(resolved.pricesFile);
  logWarnings(env);
  registration.current = start(options, resolved, prices, env);
  return registration.current;
}

function start(
  options: RegisterOptions,
  resolved: ResolvedOptions,
  prices: PriceOptions | undefined,
  env: Environment,
): Registration {
  const counter = new SpanCounter(resolved.tracesUrl);
  const exporter =
    options.exporter ??
    new OTLPTraceExporter({
      url: resolved.tracesUrl,
      timeoutMillis: resolved.exportTimeoutMs,
      ...(Object.keys(resolved.headers).length > 0 ? { headers: { ...resolved.headers } } : {}),
    });
  const batch = new BatchSpanProcessor(counter.around(redactUser(exporter, resolved.user)), {
    maxQueueSize: resolved.maxQueueSize,
    maxExportBatchSize: Math.min(512, resolved.maxQueueSize),
    scheduledDelayMillis: resolved.scheduleDelayMs,
    exportTimeoutMillis: resolved.exportTimeoutMs,
  });
  const provider = new NodeTracerProvider({
    resource: detectResource(resolved.serviceName),
    ...(options.sampler === undefined ? {} : { sampler: options.sampler }),
    spanProcessors: [
      new UserSpanProcessor(),
      new CostSpanProcessor(prices === undefined ? {} : { prices }),
      ...(options.spanProcessors ?? []),
      counter.processor,
      batch,
    ],
  });
  takeGlobals(provider, propagatorOf(resolved, env));

  setBaggageMode(resolved.baggage);
  setContentCapture(resolved.captureContent);

  const instrumentations = [...(options.instrumentations ?? [])];
  installImportHook(instrumentations);
  if (resolved.openai !== false) {
    instrumentations.push(
      new OpenAIInstrumentation({
        ...(prices === undefined ? {} : { prices }),
        captureContent: resolved.captureContent,
        ...resolved.openai,
      }),
    );
  }
  const disable = registerInstrumentations({ instrumentations, tracerProvider: provider });

  const flush = async (): Promise<void> => {
    const work = provider.forceFlush().then(() => counter.settled());
    if (await withinLimit(work, resolved.flushTimeoutMs)) counter.reportDrops();
    else diag.warn(`userspan: not every span was out after ${resolved.flushTimeoutMs} ms (flushTimeoutMs).`);
  };
  const stopListening = resolved.flushOnExit ? flushOnExit(flush) : () => {};
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopListening();
    disable();
    await flush();
    await withinLimit(provider.shutdown(), resolved.flushTimeoutMs);
    releaseGlobals();
    setBaggageMode('guarded');
    setContentCapture(false);
    registered().current = undefined;
  };
  return { flush, shutdown: () => (stopped ??= stop()) };
}

function propagatorOf({ send, trust }: ResolvedOptions, env: Environment): UserPropagator {
  return new UserPropagator(standardPropagator(env), {
    ...(send === undefined ? {} : { send }),
    ...(trust === undefined ? {} : { trust }),
  });
}

function takeGlobals(provider: NodeTracerProvider, propagator: UserPropagator): void {
  const contextManager = new AsyncLocalStorageContextManager().enable();
  if (!trace.setGlobalTracerProvider(provider)) {
    throw new Error(
      'userspan: an OpenTelemetry SDK is already set up. Leave register() out and add UserSpanProcessor, CostSpanProcessor, ' +
        'UserPropagator and OpenAIInstrumentation to your own set-up: README, "With your own OpenTelemetry".',
    );
  }
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(propagator);
}

function releaseGlobals(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** Our warnings reach the console unless the app has a `diag` logger of its own or `OTEL_LOG_LEVEL` says otherwise. */
function logWarnings(env: Environment): void {
  const word = env['OTEL_LOG_LEVEL']?.trim().toUpperCase() as keyof typeof DiagLogLevel | undefined;
  const level = (word && DiagLogLevel[word]) ?? DiagLogLevel.WARN;
  if (!hasLogger())
    diag.setLogger(new DiagConsoleLogger(), { logLevel: level, suppressOverrideMessage: true });
}

function hasLogger(): boolean {
  const api = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  return api?.diag !== undefined;
}

function pricesOf(file: string | undefined): PriceOptions | undefined {
  if (file === undefined) return undefined;
  try {
    return parsePrices(readPricesFile(file));
  } catch (error) {
    throw new Error(`userspan: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
