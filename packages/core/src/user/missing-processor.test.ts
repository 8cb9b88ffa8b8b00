import { context, diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type * as core from '../index.ts';

/** A new copy of the package, which has not logged its warning yet. */
async function loadCore(): Promise<typeof core> {
  vi.resetModules();
  return import('../index.ts');
}

beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterEach(() => {
  context.disable();
  diag.disable();
  vi.restoreAllMocks();
});

function identifyInSpans({ identify }: typeof core, provider: BasicTracerProvider): void {
  for (let index = 0; index < 2; index += 1) {
    const span = provider.getTracer('t').startSpan('handler');
    context.with(trace.setSpan(context.active(), span), () => identify('u1', () => undefined));
  }
}

test('a provider without UserSpanProcessor causes one process warning if diag has no logger', async () => {
  const loaded = await loadCore();
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  identifyInSpans(loaded, new BasicTracerProvider());
  expect(emitWarning.mock.calls).toEqual([
    [expect.stringContaining('new UserSpanProcessor()'), { code: 'USERSPAN_NO_PROCESSOR' }],
  ]);
});

test('a provider without UserSpanProcessor is reported to the diag logger if there is one', async () => {
  const loaded = await loadCore();
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const warn = vi.fn<(message: string) => void>();
  const ignore = (): void => {};
  diag.setLogger(
    { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN },
  );
  identifyInSpans(loaded, new BasicTracerProvider());
  expect(warn.mock.calls).toEqual([[expect.stringContaining('new UserSpanProcessor()')]]);
  expect(emitWarning).not.toHaveBeenCalled();
});

test('logs nothing with the processor, or without a span', async () => {
  const loaded = await loadCore();
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  identifyInSpans(loaded, new BasicTracerProvider({ spanProcessors: [new loaded.UserSpanProcessor()] }));
  loaded.identify('u1', () => undefined);
  expect(emitWarning).not.toHaveBeenCalled();
});
