import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { currentUser, identify } from './identify.ts';
import { UserSpanProcessor } from './user-span-processor.ts';

const exporter = new InMemorySpanExporter();

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)] }),
  );
});
afterEach(() => {
  exporter.reset();
  context.disable();
  trace.disable();
  propagation.disable();
});

function work(name: string, fn: () => void = () => {}): void {
  trace.getTracer('test').startActiveSpan(name, (span) => {
    fn();
    span.end();
  });
}

function stamped(): Record<string, unknown> {
  return Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span.attributes]));
}

test('every span below identify carries the user, and what fn returns comes back', async () => {
  const result = await identify(
    'u42',
    { name: 'Ada', email: 'ada@example.com', plan: 'pro', seats: 3 },
    async () => {
      await Promise.resolve();
      work('a', () => work('b'));
      return currentUser();
    },
  );
  work('outside');
  const attributes = {
    'user.id': 'u42',
    'user.name': 'Ada',
    'user.email': 'ada@example.com',
    'userspan.user.plan': 'pro',
    'userspan.user.seats': 3,
  };
  expect(result).toEqual({
    id: 'u42',
    props: { name: 'Ada', email: 'ada@example.com', plan: 'pro', seats: 3 },
  });
  expect(stamped()).toEqual({ a: attributes, b: attributes, outside: {} });
});

test('a statement reaches the open spans without a user and the later ones', () => {
  work('root', () => {
    work('before');
    work('middle', () => expect(identify('u1', { plan: 'pro' })).toBe(true));
    work('after');
    identify('u2', () => work('scope'));
    identify(null, () => work('nobody'));
  });
  const u1 = { 'user.id': 'u1', 'userspan.user.plan': 'pro' };
  expect(stamped()).toEqual({
    root: u1,
    before: {},
    middle: u1,
    after: u1,
    scope: { 'user.id': 'u2' },
    nobody: {},
  });
});
