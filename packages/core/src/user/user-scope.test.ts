import { context, diag, DiagLogLevel } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test } from 'vitest';

import { identify } from './identify.ts';
import { setUser } from './user-context.ts';
import { UserSpanProcessor } from './user-span-processor.ts';

const warnings: string[] = [];
const quiet = (): void => {};
const heard = {
  error: quiet,
  info: quiet,
  debug: quiet,
  verbose: quiet,
  warn: (line: string): void => void warnings.push(line),
};

afterEach(() => {
  warnings.length = 0;
  diag.disable();
});

test.each([
  ['values', { attributeValueLengthLimit: 4 }, {}],
  ['attributes', { attributeCountLimit: 2 }, { a: 1, b: 2 }],
])('a span has no user if the SDK limits %s and would shorten the id', (_, spanLimits, attributes) => {
  diag.setLogger(heard, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const tracer = new BasicTracerProvider({
    spanLimits,
    spanProcessors: [new UserSpanProcessor()],
  }).getTracer('t');
  const from = setUser(context.active(), { id: 'user-12345', props: { plan: 'pro' } });
  const span = tracer.startSpan('work', { attributes }, from) as unknown as { attributes: object };
  expect(span.attributes).toEqual(attributes);
  expect(warnings).toEqual([expect.stringContaining('no room for a whole user.id')]);
});

test('identify() runs the function without a context manager, and warns once', () => {
  diag.setLogger(heard, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  expect([identify('a', () => 1), identify('b', () => 2)]).toEqual([1, 2]);
  expect(warnings).toEqual([expect.stringContaining('no context manager')]);
});
