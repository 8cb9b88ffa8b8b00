import { expect, onTestFinished, test } from 'vitest';

import { openAlertingCollector } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import { batch, call, user } from '../testing/trace-of.ts';

test('records the history of alerts without a channel or with a disabled channel', async () => {
  const collector = await openAlertingCollector();
  onTestFinished(() => collector.close());
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  await collector.request('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
  const off = { id: 'off', type: 'webhook', url: receiver.url, enabled: false };
  await collector.request('POST', '/api/channels', off);
  const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: '1' }] };
  await collector.request('PUT', '/api/alerts/none', { ...rule, channels: [] });
  await collector.request('PUT', '/api/alerts/some', { ...rule, channels: ['off', 'hook'] });
  const attributes = { ...call({ 'gen_ai.usage.cost': 2 }), ...user('a') };
  await collector.store.pipeline.write(batch({ id: 1, trace: 1, attributes }));
  await collector.pass(5_000);
  await collector.restart();
  await collector.pass(5_000);
  expect(receiver.json()).toMatchObject([{ type: 'alert.fired', data: { user: 'a' } }]);
  const { body } = await collector.request('GET', '/api/deliveries');
  const history: unknown = body['data'];
  const byPlace = new Map(
    (history as { rule: string; channel: string | null }[]).map((each) => [
      `${each.rule} ${each.channel ?? ''}`,
      each,
    ]),
  );
  expect(byPlace).toEqual(
    new Map(
      [
        [
          'none ',
          { channel: null, state: 'dropped', attempts: 0, text: 'the alert has no channel' },
        ] as const,
        [
          'some off',
          { channel: 'off', state: 'dropped', attempts: 0, text: 'the channel is turned off' },
        ] as const,
        ['some hook', { channel: 'hook', state: 'delivered', attempts: 1, text: '' }] as const,
      ].map(([place, { text, ...each }]): [string, unknown] => [
        place,
        expect.objectContaining({
          ...each,
          subject: 'user:a',
          type: 'alert.fired',
          answer: expect.objectContaining({ text }) as unknown,
        }),
      ]),
    ),
  );
  const states = await collector.request('GET', '/api/alert-states?active=true');
  expect(states.body['data']).toMatchObject([{ subject: 'a' }, { subject: 'a' }]);
}, 60_000);
