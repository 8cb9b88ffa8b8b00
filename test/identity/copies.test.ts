import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type * as Core from '@userspan/core';
import { afterAll, afterEach, expect, test } from 'vitest';

const core = fileURLToPath(new URL('../../packages/core/', import.meta.url));
const folders = ['one', 'two'].map((name) => `${core}.cache/copy-${process.pid}-${name}`);

/** Loads the built package from a separate folder, like a second version in `node_modules`. */
async function load(folder: string): Promise<typeof Core> {
  mkdirSync(`${core}.cache`, { recursive: true });
  cpSync(`${core}dist`, folder, { recursive: true });
  return (await import(`${folder}/index.js`)) as typeof Core;
}

const [one, two] = (await Promise.all(folders.map(load))) as [typeof Core, typeof Core];
const exporter = new InMemorySpanExporter();

afterEach(() => {
  exporter.reset();
  trace.disable();
  context.disable();
  propagation.disable();
  one.setContentCapture(false);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test.each([
  [
    'identify() of one copy, span processor of the other',
    (): Core.UserSpanProcessor[] => [new two.UserSpanProcessor()],
  ],
  [
    'span processors of both copies',
    (): Core.UserSpanProcessor[] => [new one.UserSpanProcessor(), new two.UserSpanProcessor()],
  ],
])('shares the user between two copies: %s', async (_, processors) => {
  expect(one.identify).not.toBe(two.identify);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new two.UserPropagator(new W3CBaggagePropagator()));
  const spanProcessors = [...processors(), new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  const tracer = trace.getTracer('app');

  one.identify('u1', { plan: 'pro' }, () => {
    expect(two.currentUser()).toEqual({ id: 'u1', props: { plan: 'pro' } });
    tracer.startSpan('scope').end();
    two.identify(null, () => tracer.startSpan('nobody').end());
  });
  tracer.startActiveSpan('root', (root) => {
    expect(one.identify('u2')).toBe(true);
    two.withThread('t1', () => tracer.startSpan('statement').end());
    root.end();
  });
  await one.identify('u3', () => two.wrapAgent(() => 1, { name: 'a' })());
  one.setContentCapture(true);
  expect(two.isContentCaptured()).toBe(true);
  two.trackFeedback(one.openThread({ id: 't2' }), { thumb: 'up' });

  expect(Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span.attributes]))).toEqual(
    {
      scope: { 'user.id': 'u1', 'userspan.user.plan': 'pro' },
      nobody: { 'userspan.user_none': true },
      statement: { 'user.id': 'u2', 'session.id': 't1', 'gen_ai.conversation.id': 't1' },
      root: { 'user.id': 'u2' },
      'invoke_agent a': {
        'user.id': 'u3',
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'a',
      },
      'userspan.feedback': {
        'session.id': 't2',
        'gen_ai.conversation.id': 't2',
        'userspan.feedback.target': 'thread',
        'userspan.feedback.target_id': 't2',
        'userspan.feedback.thumb': 'up',
      },
    },
  );
});
