import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';

import { isResponseRecorded, recordResponse } from './recorded-responses.ts';
import { ATTR_RESPONSE_ID } from '../semconv.ts';
import { UserSpanProcessor } from '../user/user-span-processor.ts';

test('the user span processor records the response id of every span that ends', () => {
  const provider = new BasicTracerProvider({ spanProcessors: [new UserSpanProcessor()] });
  const span = provider.getTracer('test').startSpan('chat', { attributes: { [ATTR_RESPONSE_ID]: 'resp_1' } });
  expect(isResponseRecorded('resp_1')).toBe(false);
  span.end();
  expect(isResponseRecorded('resp_1')).toBe(true);
});

test('keeps the last thousand response ids and drops older ones', () => {
  for (let i = 0; i <= 2000; i += 1) recordResponse(`r${i}`);
  expect([
    isResponseRecorded('r0'),
    isResponseRecorded('r719'),
    isResponseRecorded('r977'),
    isResponseRecorded('r2000'),
  ]).toEqual([false, false, true, true]);
});
