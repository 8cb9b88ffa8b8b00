import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

// An event that is only sent with the next ping would arrive after 15 seconds, which exceeds the time limit of the test.
test('sends a new call at once, to its project only, and closes the streams with the app', async () => {
  await collector.app.listen({ port: 0, host: '127.0.0.1' });
  const address = collector.app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reply = await fetch(`http://127.0.0.1:${port}/api/events`);
  expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = reply.body?.getReader();
  if (reader === undefined) throw new Error('there is no body');
  let text = '';
  const until = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`ended before ${wanted}: ${text}`);
      text += Buffer.from(value).toString('utf8');
    }
  };
  await until('event: figures');
  await collector.pipeline.write(
    batch(
      { id: 1, attributes: { ...call(), ...user('a') } },
      { id: 2, project: 'other', attributes: { ...call(), ...user('secret') } },
    ),
  );
  await until('"userId":"a"');
  await until('"calls":1');
  expect(text).not.toContain('secret');
  await collector.app.close();
  for (;;) if ((await reader.read()).done) break;
}, 12_000);
