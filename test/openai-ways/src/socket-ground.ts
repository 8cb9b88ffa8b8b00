import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { UserSpanProcessor } from '@userspan/core';
import { OpenAIInstrumentation } from '@userspan/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import type { Bill, OpenAIServer } from '@userspan-test/openai-server';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';

import { MAJORS } from './majors.ts';
import type { OpenAIClient } from './majors.ts';
import { plain } from './plain.ts';
import { FORK, LIVE, REALTIME, RESPONSES, SIDEBAND, TRANSLATION } from './sockets.ts';
import type { Socket, SocketKind } from './sockets.ts';

/** A server with TLS, which the Realtime classes require, and an instrumentation of every WebSocket class. */
export interface SocketGround {
  readonly server: OpenAIServer;
  readonly instrumentation: OpenAIInstrumentation;
  readonly clientOf: (major: number) => OpenAIClient;
  readonly spans: () => ReadableSpan[];
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

export async function startSocketGround(): Promise<SocketGround> {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  // Node 20 has no built-in WebSocket.
  vi.stubGlobal('WebSocket', WebSocket);
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)];
  const provider = new NodeTracerProvider({ spanProcessors });
  provider.register();
  const instrumentation = new OpenAIInstrumentation({ enabled: false });
  instrumentation.setTracerProvider(provider);
  for (const { module } of [...REALTIME, ...RESPONSES, ...LIVE, SIDEBAND, FORK, TRANSLATION]) {
    instrumentation.manuallyInstrument(module);
  }
  const server = await startOpenAIServer({ isSecure: true });
  return {
    server,
    instrumentation,
    clientOf(major) {
      const module = MAJORS.find(([known]) => known === major)?.[1];
      if (module === undefined) throw new Error(`no openai ${String(major)}`);
      return new module.OpenAI({ apiKey: 'sk-test', baseURL: server.url, dangerouslyAllowBrowser: true });
    },
    spans: () => exporter.getFinishedSpans(),
    reset() {
      exporter.reset();
      (server.bills as Bill[]).length = 0;
    },
    async stop() {
      instrumentation.disable();
      await server.close();
      await provider.shutdown();
      vi.unstubAllEnvs();
      vi.unstubAllGlobals();
    },
  };
}

/** A session and the events that the app received. */
export interface Talk {
  readonly socket: Socket;
  readonly seen: unknown[];
  /** Waits for the next event of this type that was not returned before. */
  readonly until: (type: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Adds listeners like an app. */
export function talkOver(socket: Socket): Talk {
  const seen: unknown[] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  const taken = new Map<string, number>();
  let wake = (): void => {};
  socket.on('event', (event) => {
    events.push(event);
    seen.push(plain(event));
    wake();
  });
  socket.on('error', () => seen.push('error'));
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    const done = (): void => {
      isClosed = true;
      wake();
      resolve();
    };
    const { socket: inner } = socket as unknown as {
      socket: {
        on?: (name: string, run: () => void) => void;
        addEventListener?: (name: string, run: () => void) => void;
      };
    };
    if (typeof inner.on === 'function') inner.on('close', done);
    else inner.addEventListener?.('close', done);
  });
  return {
    socket,
    seen,
    closed,
    async until(type) {
      const skip = taken.get(type) ?? 0;
      taken.set(type, skip + 1);
      for (;;) {
        const found = events.filter((event) => event['type'] === type)[skip];
        if (found !== undefined) return found;
        if (isClosed) throw new Error(`closed before ${type}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** Kinds as rows of `describe.each`, which shows their names. */
export function named(kinds: readonly SocketKind[]): [string, SocketKind][] {
  return kinds.map((kind) => [kind.name, kind]);
}

/** A request for a response over a socket of the Responses API. */
export function ask(input: string, more: object = {}): object {
  return { type: 'response.create', model: 'gpt-4o-mini', input, ...more };
}

/** The spans of calls, without those of sessions. */
export function callsIn(spans: readonly ReadableSpan[]): ReadableSpan[] {
  return spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] !== 'invoke_workflow');
}

/** The user and the input tokens of each call. The number of tokens identifies the request. */
export function usersOf(spans: readonly ReadableSpan[]): unknown[] {
  return callsIn(spans).map(({ attributes }) => [
    attributes['user.id'],
    attributes['gen_ai.usage.input_tokens'],
  ]);
}

/** Every line of the bill has one span below a session, with the same counts and cost. */
export function checkBills(spans: readonly ReadableSpan[], bills: readonly Bill[]): void {
  const calls = callsIn(spans);
  const byId = new Map(calls.map((span) => [span.attributes['gen_ai.response.id'], span]));
  expect(byId.size).toBe(calls.length);
  for (const bill of bills) {
    const { attributes = {} } = byId.get(bill.id) ?? {};
    if (!bill.complete) {
      expect(attributes['userspan.cost.unpriced']).toMatch(/connection closed/);
      continue;
    }
    expect({
      input: attributes['gen_ai.usage.input_tokens'],
      output: attributes['gen_ai.usage.output_tokens'],
      cached: attributes['gen_ai.usage.cache_read.input_tokens'] ?? 0,
      audioIn: attributes['userspan.usage.audio_input_tokens'] ?? 0,
      audioOut: attributes['userspan.usage.audio_output_tokens'] ?? 0,
      seconds: attributes['userspan.usage.seconds'],
      cost: attributes['gen_ai.usage.cost'],
      model: attributes['gen_ai.response.model'],
    }).toEqual({
      input: bill.usage.inputTokens,
      output: bill.usage.outputTokens,
      cached: bill.usage.cachedInputTokens ?? 0,
      audioIn: bill.usage.audioInputTokens ?? 0,
      audioOut: bill.usage.audioOutputTokens ?? 0,
      seconds: bill.usage.seconds,
      cost: bill.usd === null ? undefined : Number(bill.usd),
      model: bill.model,
    });
  }
}
