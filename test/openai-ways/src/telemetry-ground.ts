import type * as OpenTelemetry from '@opentelemetry/api';
import { UserPropagator } from '@userspan/core';
import { OpenAIInstrumentation } from '@userspan/openai';
import type { OpenAIInstrumentationOptions } from '@userspan/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { afterEach, beforeEach, expect, vi } from 'vitest';

import type { OpenAIClient, OpenAIModule } from './majors.ts';

/** A finished span of any SDK. */
export interface FinishedSpan {
  readonly name: string;
  readonly attributes: OpenTelemetry.Attributes;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly parentSpanId: string | undefined;
  readonly spanId: string;
}

/** One major version of the SDK, which sets itself up globally. */
export interface Telemetry {
  readonly api: typeof OpenTelemetry;
  start(options: { readonly isSampled: boolean }): void;
  stop(): void;
  finished(): readonly FinishedSpan[];
}

/** The resources of each case: a new server, client and SDK. */
export interface TelemetryGround {
  readonly telemetry: Telemetry;
  readonly OpenAI: OpenAIModule['OpenAI'];
  readonly server: OpenAIServer;
  readonly client: OpenAIClient;
  /** Enables an instrumentation until the end of the case. */
  readonly instrument: (options?: OpenAIInstrumentationOptions) => OpenAIInstrumentation;
  readonly finished: () => readonly FinishedSpan[];
  /** The only span. */
  readonly only: () => FinishedSpan;
}

/** A propagator that sends nothing, so that baggage is guarded. */
const NOTHING = { inject: () => {}, extract: (context: OpenTelemetry.Context) => context, fields: () => [] };

let isClockFake = false;

/** Registers the hooks before and after each case. */
export function telemetryGround(telemetry: Telemetry, OpenAI: OpenAIModule['OpenAI']): TelemetryGround {
  // The timer for unread answers runs from the first call on, as long as there are any.
  if (!isClockFake) vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  isClockFake = true;

  let server: OpenAIServer;
  let client: OpenAIClient;
  let instrumentation: OpenAIInstrumentation | undefined;
  beforeEach(async () => {
    server = await startOpenAIServer();
    telemetry.start({ isSampled: true });
    telemetry.api.propagation.setGlobalPropagator(new UserPropagator(NOTHING));
    client = new OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    instrumentation?.disable();
    instrumentation = undefined;
    telemetry.stop();
    await server.close();
  });

  return {
    telemetry,
    OpenAI,
    get server() {
      return server;
    },
    get client() {
      return client;
    },
    instrument(options = {}) {
      instrumentation = new OpenAIInstrumentation(options);
      instrumentation.manuallyInstrument(OpenAI);
      return instrumentation;
    },
    finished: () => telemetry.finished(),
    only() {
      const [span, ...others] = telemetry.finished();
      expect(others).toEqual([]);
      if (span === undefined) throw new Error('no span has ended');
      return span;
    },
  };
}
