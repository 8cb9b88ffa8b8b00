import { DiagLogLevel, ROOT_CONTEXT, context, diag, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { currentUser, identify } from './identify.ts';
import { UserSpanProcessor } from './user-span-processor.ts';

// test/identity tests the behaviour of identify() with every SDK. These tests cover its warnings about an incorrect set-up.

const exporter = new InMemorySpanExporter();
const warnings: string[] = [];
const quiet = (): void => {};

function start(...processors: UserSpanProcessor[]): void {
  const spanProcessors = [...processors, new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
}

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const warn = (line: string): void => void warnings.push(line);
  const logger = { warn, error: quiet, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});
afterEach(() => {
  exporter.reset();
  warnings.length = 0;
  context.disable();
  trace.disable();
  diag.disable();
});

test('identify() without a function returns false without a span processor, and warns about it', () => {
  start();
  trace.getTracer('t').startActiveSpan('root', (span) => {
    expect([identify('u1'), identify('u1')]).toEqual([false, false]);
    span.end();
  });
  expect(warnings).toEqual([expect.stringContaining('no UserSpanProcessor sees them start')]);
});

test('identify() warns if it gets the result of a function instead of the function', () => {
  start(new UserSpanProcessor());
  trace.getTracer('t').startActiveSpan('root', (span) => {
    expect(identify('u1', {}, Promise.resolve(1) as never)).toBe(true);
    span.end();
  });
  expect(warnings).toEqual([expect.stringContaining('not its result')]);
});

test('identify() below a remote parent applies to the spans below', () => {
  start(new UserSpanProcessor());
  const remote = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
  };
  context.with(trace.setSpanContext(ROOT_CONTEXT, remote), () => {
    expect(identify('u1')).toBe(true);
    expect(currentUser()).toEqual({ id: 'u1', props: {} });
    trace.getTracer('t').startSpan('below').end();
  });
  context.with(trace.setSpanContext(ROOT_CONTEXT, remote), () =>
    trace.getTracer('t').startSpan('another').end(),
  );
  expect(exporter.getFinishedSpans().map((span) => span.attributes)).toEqual([{ 'user.id': 'u1' }, {}]);
  expect(warnings).toEqual([]);
});

test('a warning from before the diag logger was set is logged later', () => {
  diag.disable();
  identify('');
  const heard: string[] = [];
  diag.setLogger(
    { warn: (line) => void heard.push(line), error: quiet, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  identify('');
  identify('');
  expect(heard).toEqual([expect.stringContaining('an id must be')]);
});
