import type { Tracer } from '@opentelemetry/api';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';

import { CallMetrics } from './call/metrics.ts';
import { endOpenCalls } from './call/open-calls.ts';
import type { Recorder } from './call/recorder.ts';
import { readEnvironment } from './environment.ts';
import type { OpenAIInstrumentationOptions, ResolvedOptions } from './options.ts';
import { resolveOptions } from './options.ts';
import { classTarget, openAIClassOf } from './patch/openai-class.ts';
import type { Overlay } from './patch/overlay.ts';
import { loadedModules } from './patch/loaded-modules.ts';
import { MissedRequests } from './patch/missed-requests.ts';
import { patchClient } from './patch/patch-client.ts';
import { sayLoudly } from './patch/say-loudly.ts';
import { SCOPE_NAME, SCOPE_VERSION } from './version.ts';

const SUPPORTED_VERSIONS = ['>=4.19.0 <8'];
/** Ways in beside the package's own name: an alias (`npm:openai@7`), `openai/client`. */
const FILES = ['openai/index.mjs', 'openai/index.js', 'openai/client.mjs', 'openai/client.js'];
const OTHER_VERSIONS = ['<4.19.0', '>=8.0.0'];

/**
 * Records every inference request of the `openai` package (4.19 to 7), with its exact usage and cost, and changes
 * nothing that the caller sees.
 *
 * For `registerInstrumentations`; `register()` of `@userspan/node` brings it. Clients that were made before it is
 * enabled are recorded too. A module that was loaded before, or bundled, needs `manuallyInstrument(OpenAI)`.
 */
export class OpenAIInstrumentation extends InstrumentationBase<OpenAIInstrumentationOptions> {
  // Assigned while the base class is constructed, so without initializers.
  declare private callMetrics: CallMetrics;
  declare private resolved: ResolvedOptions;
  readonly #recorder: Recorder;
  readonly #classes = new Set<object>();
  #overlays: (readonly Overlay[])[] = [];
  readonly #missed: MissedRequests = new MissedRequests(() =>
    sayLoudly(
      'USERSPAN_OPENAI_MISSED',
      'this process calls OpenAI, and its openai package could not be instrumented: it is bundled, or was imported too early. ' +
        "One line mends it: instrumentation.manuallyInstrument(OpenAI), after import OpenAI from 'openai'.",
    ),
  );
  #isRecording = false;

  /** @throws TypeError when an option cannot be used. */
  constructor(options: OpenAIInstrumentationOptions = {}) {
    // Enabled below, when this class has its own fields.
    super(SCOPE_NAME, SCOPE_VERSION, { ...options, enabled: false });
    this.#recorder = makeRecorder(this);
    super.setConfig(options);
    if (options.enabled !== false) this.enable();

    function makeRecorder(self: OpenAIInstrumentation): Recorder {
      return {
        get isEnabled(): boolean {
          return self.#isRecording;
        },
        get tracer(): Tracer {
          return self.tracer;
        },
        get metrics(): CallMetrics {
          return self.callMetrics;
        },
        get options(): ResolvedOptions {
          return self.resolved;
        },
      };
    }
  }

  /**
   * Instruments a module that is loaded already, or is part of a bundle: the `OpenAI` class, or the module with it.
   *
   * @throws TypeError when there is no `OpenAI` class in it.
   */
  manuallyInstrument(module: unknown): void {
    if (!this.#patch(module)) {
      throw new TypeError(
        '@userspan/openai: manuallyInstrument takes the OpenAI class of openai 4 to 7: ' +
          "import OpenAI from 'openai'; instrumentation.manuallyInstrument(OpenAI).",
      );
    }
  }

  /** Records calls from now on. */
  override enable(): void {
    if (this.#isRecording) return;
    this.#isRecording = true;
    for (const known of this.#classes) this.#apply(known);
    super.enable();
    for (const module of loadedModules()) this.#patch(module);
    if (this.#classes.size === 0) this.#missed.start();
  }

  /** Stops recording and takes the patches away. Calls under way still end. */
  override disable(): void {
    if (!this.#isRecording) return;
    this.#isRecording = false;
    this.#missed.stop();
    super.disable();
    for (const overlays of this.#overlays.splice(0)) for (const overlay of overlays) overlay.remove();
    endOpenCalls(this.#recorder);
  }

  override setConfig(options: OpenAIInstrumentationOptions): void {
    this.resolved = resolveOptions(options, readEnvironment());
    super.setConfig(options);
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const patch = (module: unknown, version?: string): unknown => {
      if (!this.#patch(module)) sayUnknown(version);
      return module;
    };
    const files = FILES.map(
      (file) => new InstrumentationNodeModuleFile(file, SUPPORTED_VERSIONS, patch, () => {}),
    );
    return [
      new InstrumentationNodeModuleDefinition('openai', SUPPORTED_VERSIONS, patch, undefined, files),
      new InstrumentationNodeModuleDefinition('openai', OTHER_VERSIONS, (module: unknown, version) => {
        sayUnknown(version);
        return module;
      }),
    ];
  }

  protected override _updateMetricInstruments(): void {
    this.callMetrics = new CallMetrics(this.meter);
  }

  #patch(module: unknown): boolean {
    const OpenAI = openAIClassOf(module);
    if (OpenAI === undefined) return false;
    if (this.#classes.has(OpenAI)) return true;
    this.#classes.add(OpenAI);
    this.#missed.stop();
    if (this.#isRecording) this.#apply(OpenAI);
    return true;
  }

  #apply(OpenAI: object): void {
    const target = classTarget(OpenAI as Readonly<Record<string, unknown>>);
    const overlays = patchClient(target, { recorder: this.#recorder, clientUser: undefined });
    if (overlays !== undefined) this.#overlays.push(overlays);
  }
}

function sayUnknown(version: string | undefined): void {
  sayLoudly(
    'USERSPAN_OPENAI_VERSION',
    `openai ${version ?? '(version unknown)'} is not instrumented, because only 4.19 to 7 are known. ` +
      'One line mends it: npm install openai@7.',
  );
}
