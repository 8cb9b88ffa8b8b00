import { versions } from 'node:process';

import type { MeterProvider, Tracer, TracerProvider } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { tracerOf } from '@userspan/core/internal';

import { CallMetrics } from './metrics/call-metrics.ts';
import { endOpenCalls } from './call/open-calls.ts';
import type { Recorder } from './call/recorder.ts';
import { readEnvironment } from './environment.ts';
import type { OpenAIInstrumentationOptions, ResolvedOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { onOpenAIClass } from './load/load-hook.ts';
import type { LoadedClass } from './load/load-hook.ts';
import { MISSED, MissedRequests } from './load/missed-requests.ts';
import { processWarning } from './load/process-warning.ts';
import { markSetUp } from './load/worker-thread.ts';
import { classTarget, openAIClassOf } from './patch/openai-class.ts';
import type { Overlay } from './patch/overlay.ts';
import { patchClient } from './patch/patch-client.ts';
import { patchSocketClass, socketClassesIn } from './realtime/patch-socket.ts';
import type { SocketClassValue } from './realtime/patch-socket.ts';
import { endOpenSessions } from './realtime/session.ts';
import { SCOPE_NAME, SCOPE_VERSION } from './version.ts';

/**
 * Records every inference request of the `openai` package (4.19 to 7) with its exact usage and cost. It changes nothing
 * that the caller sees.
 *
 * Pass it to `registerInstrumentations`; `register()` of `@userspan/node` includes it. Clients that were created before
 * it is enabled are recorded, too. It needs no other loader hook. A module that was imported earlier or bundled needs
 * `manuallyInstrument(OpenAI)`.
 *
 * It does not extend `InstrumentationBase`, whose constructor installs require-in-the-middle for the whole process.
 * Other instrumentations would then miss modules that are required before they are created.
 */
export class OpenAIInstrumentation implements Instrumentation<OpenAIInstrumentationOptions> {
  readonly instrumentationName: string = SCOPE_NAME;
  readonly instrumentationVersion: string = SCOPE_VERSION;
  #config: OpenAIInstrumentationOptions;
  readonly #recorder: OwnRecorder;
  readonly #classes = new Set<object>();
  readonly #sockets = new Set<SocketClassValue>();
  #overlays: (readonly Overlay[])[] = [];
  readonly #missed: MissedRequests = new MissedRequests(warnOfMissedRequest);
  #stopListening: (() => void) | undefined;

  /** @throws TypeError if an option is invalid. */
  constructor(options: OpenAIInstrumentationOptions = {}) {
    this.#config = { enabled: true, ...options };
    const calls = new CallMetrics(metrics.getMeter(SCOPE_NAME, SCOPE_VERSION));
    this.#recorder = new OwnRecorder(resolveOptions(options, readEnvironment()), calls);
    if (options.enabled !== false) this.enable();
  }

  /**
   * Instruments a module that is already loaded or part of a bundle: the `OpenAI` class, a WebSocket class such as
   * `OpenAIRealtimeWS`, or the module with it.
   *
   * @throws TypeError if it contains no such class.
   */
  manuallyInstrument(module: unknown): void {
    if (!this.#patch(module)) {
      throw new TypeError(
        '@userspan/openai: manuallyInstrument needs the OpenAI class of openai 4 to 7, or one of its WebSocket classes: ' +
          "import OpenAI from 'openai'; instrumentation.manuallyInstrument(OpenAI).",
      );
    }
  }

  /** Records calls from now on. */
  enable(): void {
    if (this.#recorder.isEnabled) return;
    this.#recorder.isEnabled = true;
    for (const known of this.#classes) this.#apply(known);
    for (const known of this.#sockets) this.#applySocket(known);
    this.#stopListening = onOpenAIClass((loaded) => this.#patchLoaded(loaded));
    markSetUp();
    if (this.#classes.size === 0) this.#missed.start();
  }

  /** Stops recording and removes the patches. Running calls are still completed. */
  disable(): void {
    if (!this.#recorder.isEnabled) return;
    this.#recorder.isEnabled = false;
    this.#stopListening?.();
    this.#missed.stop();
    for (const overlays of this.#overlays.splice(0)) for (const overlay of overlays) overlay.remove();
    endOpenSessions(this.#recorder);
    endOpenCalls(this.#recorder);
  }

  /** @throws TypeError if an option is invalid. The previous options then stay. */
  setConfig(options: OpenAIInstrumentationOptions): void {
    this.#recorder.options = resolveOptions(options, readEnvironment());
    this.#config = { enabled: true, ...options };
  }

  getConfig(): OpenAIInstrumentationOptions {
    return this.#config;
  }

  setTracerProvider(provider: TracerProvider): void {
    this.#recorder.ownTracer = provider.getTracer(SCOPE_NAME, SCOPE_VERSION);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#recorder.metrics = new CallMetrics(provider.getMeter(SCOPE_NAME, SCOPE_VERSION));
  }

  #patchLoaded({ OpenAI, version }: LoadedClass): void {
    if (!isSupported(version) || !this.#patch(OpenAI)) warnOfVersion(version);
  }

  #patch(module: unknown): boolean {
    const sockets = socketClassesIn(module);
    for (const socket of sockets) this.#patchSocket(socket);
    const OpenAI = openAIClassOf(module);
    if (OpenAI === undefined) return sockets.length > 0;
    if (this.#classes.has(OpenAI)) return true;
    this.#classes.add(OpenAI);
    this.#missed.stop();
    if (this.#recorder.isEnabled) this.#apply(OpenAI);
    return true;
  }

  #patchSocket(socket: SocketClassValue): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    if (this.#recorder.isEnabled) this.#applySocket(socket);
  }

  #applySocket({ prototype }: SocketClassValue): void {
    this.#overlays.push(patchSocketClass(prototype, { recorder: this.#recorder, clientUser: undefined }));
  }

  #apply(OpenAI: object): void {
    const target = classTarget(OpenAI as Readonly<Record<string, unknown>>);
    const overlays = patchClient(target, { recorder: this.#recorder, clientUser: undefined });
    if (overlays !== undefined) this.#overlays.push(overlays);
  }
}

/** The recorder of one instrumentation. It uses fields instead of getters, because each call reads it many times. */
class OwnRecorder implements Recorder {
  isEnabled = false;
  /** Tracer of the provider that was set. Default: the tracer of the process. */
  ownTracer: Tracer | undefined;
  metrics: CallMetrics;
  options: ResolvedOptions;

  constructor(options: ResolvedOptions, calls: CallMetrics) {
    this.options = options;
    this.metrics = calls;
  }

  get tracer(): Tracer {
    return this.ownTracer ?? tracerOf(SCOPE_NAME, SCOPE_VERSION);
  }
}

/**
 * Whether the version is 4.19 to 7. An unreadable version counts as supported, because the class itself is also
 * checked.
 */
function isSupported(version: string): boolean {
  const [major = Number.NaN, minor = Number.NaN] = version.split('.', 2).map(Number);
  if (Number.isNaN(major)) return true;
  return major === 4 ? minor >= 19 : major > 4 && major < 8;
}

function warnOfVersion(version: string): void {
  processWarning(
    'USERSPAN_OPENAI_VERSION',
    `openai ${version || '(version unknown)'} is not recorded, because 4.19 to 7 are supported. Install one of them: npm install openai@7.`,
  );
}

function warnOfMissedRequest(): void {
  processWarning(MISSED, `a request of the openai package was not recorded: ${missedCause()}`);
}

/** The likely reason why a request was not recorded, and what to do about it. */
function missedCause(): string {
  const observe =
    "wrap the client: observeOpenAI(new OpenAI()), with import { observeOpenAI } from '@userspan/openai' (or '@userspan/node')";
  if (versions['bun'] !== undefined) {
    return (
      'the package was imported before Userspan was set up, or loaded with require, which Bun has no hook for. Either set up ' +
      `first (bun --preload @userspan/node/auto app.ts) and use import, or ${observe}.`
    );
  }
  if (versions['deno'] !== undefined) {
    return (
      'the package was imported before Userspan was set up. Either set up first (deno run --preload ./telemetry.mjs app.mjs, ' +
      `with import '@userspan/node/auto' in telemetry.mjs), or ${observe}.`
    );
  }
  if (readEnvironment()['JEST_WORKER_ID'] !== undefined) {
    return `Jest loads modules without Node's hooks. Instead, ${observe}.`;
  }
  return (
    'the package is part of a bundle, or was imported before Userspan was set up. Either keep it out of the bundle and set up ' +
    `first (node --import @userspan/node/auto app.mjs), or ${observe}, or pass its class to manuallyInstrument(OpenAI).`
  );
}
