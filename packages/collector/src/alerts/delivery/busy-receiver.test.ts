import { afterAll, beforeAll, expect, test } from 'vitest';

import { everydayRows } from '../../testing/everyday-runs.ts';
import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Answer, Receiver } from '../../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';

const USERS = 60;

let collector: AlertingCollector;
let receiver: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);

/** Accepts this number of requests in five seconds of the test's clock. */
function limited(perFiveSeconds: number, headers?: Record<string, string>): () => Answer {
  let sinceMs = collector.nowMs;
  let taken = 0;
  return () => {
    if (collector.nowMs - sinceMs >= 5_000) [sinceMs, taken] = [collector.nowMs, 0];
    taken += 1;
    return taken <= perFiveSeconds ? { status: 200 } : { status: 429, ...(headers ? { headers } : {}) };
  };
}

/** Is unavailable for twenty minutes. */
function down(answer: Answer): () => Answer {
  const untilMs = collector.nowMs + 20 * 60_000;
  return () => (collector.nowMs < untilMs ? answer : { status: 200 });
}

const BUSY = [
  ['sends Retry-After', () => limited(5, { 'retry-after': '4' }), 5, 3],
  ['sends no Retry-After', () => limited(5), 5, 3],
  ['answers 503', () => down({ status: 503 }), 20, 3],
  ['resets', () => down('reset'), 20, 3],
] as const;

// Every day, a receiver that says how long it is busy, and one that does not answer.
test.each(everydayRows(BUSY, ([name]) => name === 'sends Retry-After' || name === 'resets'))(
  'a busy receiver that %s accepts each message once and rejects only few attempts',
  async (name, answer, passSeconds, mostAttempts) => {
    const send = (url: string, body: object): Promise<{ status: number }> =>
      collector.request('PUT', url, body, name);
    expect(
      (await collector.request('POST', '/api/channels', { id: 'c', type: 'slack', url: receiver.url }, name))
        .status,
    ).toBe(201);
    const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }], channels: ['c'] };
    expect((await send('/api/alerts/r', rule)).status).toBe(200);
    const answerOf = answer();
    const accepted: string[] = [];
    receiver.requests.length = 0;
    receiver.answer = ({ body }) => {
      const given = answerOf();
      if (given !== 'reset' && given !== 'hang' && given.status === 200)
        accepted.push((JSON.parse(body) as { text: string }).text);
      return given;
    };
    const spans = Array.from({ length: USERS }, (_, n) => {
      const id = collector.nowMs - NOON_MS + n + 1;
      const attributes = { ...call({ 'gen_ai.usage.cost': 2 }), ...user(`u${n}`) };
      return { id, trace: id, project: name, atMs: collector.nowMs - NOON_MS, attributes };
    });
    await collector.store.pipeline.write(batch(...spans));
    for (let seconds = 0; seconds < 3600 && accepted.length < USERS; seconds += passSeconds) {
      await collector.pass(passSeconds * 1000);
    }
    expect(accepted).toHaveLength(USERS);
    expect(new Set(accepted).size).toBe(USERS);
    expect(receiver.requests.length).toBeLessThanOrEqual(USERS * mostAttempts);
    await collector.request('DELETE', '/api/alerts/r', undefined, name);
    collector.nowMs += 3_600_000;
  },
  120_000,
);
