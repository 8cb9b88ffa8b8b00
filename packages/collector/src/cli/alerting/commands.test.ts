import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { CALL, post, requestOf, span } from '../../testing/otlp-spans.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { buildCommand, runCommand, spawnCollector } from '../../testing/spawn-collector.ts';
import type { RanCommand, SpawnedCollector } from '../../testing/spawn-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';

let dir = '';
let collector: SpawnedCollector;
let receiver: Receiver;

function userspan(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<RanCommand> {
  return runCommand(args, { USERSPAN_URL: collector.url, ...variables }, dir);
}

beforeAll(async () => {
  await buildCommand();
  dir = await mkdtemp(join(tmpdir(), 'userspan-commands-'));
  receiver = await startReceiver();
  collector = await spawnCollector([
    '--data',
    join(dir, 'data'),
    '--grpc-port',
    '0',
    '--allow-private-receivers',
  ]);
  const attributes = { ...CALL, 'user.id': 'u42', 'gen_ai.usage.cost': 1.5, 'userspan.user.group': 'acme' };
  const startTimeUnixNano = BigInt(Date.now() - 1000) * 1_000_000n;
  const time = { startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + 5_000_000n };
  await post(collector.url, requestOf([span(1, 1, attributes, time)]));
  await waitFor(
    async () => (await (await fetch(`${collector.url}/api/users`)).json()) as { total: number },
    ({ total }) => total === 1,
  );
}, 90_000);
afterAll(async () => {
  await collector?.stop('SIGTERM');
  await receiver?.close();
  await rm(dir, { recursive: true, force: true });
});

test('userspan alert creates a rule and a channel, sends a test, and signs messages with the printed secret', async () => {
  const args = ['alert', '--each', 'user', '--usd', '1', '--window', 'day', '--webhook', receiver.url];
  const { code, out } = await userspan(args);
  expect(code).toBe(0);
  expect(out).toMatch(/^alert user-over-1-usd-a-day: Any user over \$1 a day\n/);
  expect(out).toMatch(/test message: accepted with 204\n$/);
  const [secret = ''] = /whsec_\S+/.exec(out) ?? [];
  await waitFor(
    () => receiver.requests.length,
    (count) => count === 2,
    40_000,
  );
  for (const { body, headers } of receiver.requests) {
    new Webhook(secret).verify(body, headers as Record<string, string>);
  }
  expect(receiver.json()[1]).toMatchObject({ type: 'alert.fired', data: { user: 'u42', value: '1.5' } });
  // The second run finds the same rule and channel, and creates no new secret.
  const again = await userspan(args);
  expect([again.code, again.out.includes('whsec_')]).toEqual([0, false]);
  receiver.answer = () => ({ status: 500, body: 'broken' });
  const failed = await userspan(args);
  expect([failed.code, failed.out]).toEqual([
    1,
    expect.stringMatching(/test message: rejected: 500 broken\n$/),
  ]);
  receiver.answer = () => ({ status: 204 });
  const own = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`;
  const withOwn = await userspan(args, { USERSPAN_WEBHOOK_SECRET: own });
  expect([withOwn.code, withOwn.out.includes('whsec_')]).toEqual([0, false]);
  const last = receiver.requests.at(-1);
  new Webhook(own).verify(last?.body ?? '', last?.headers as Record<string, string>);
  expect(await userspan(['alert', '--usd', '1'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--webhook URL/) as string,
  });
  expect(await userspan(['alert', '--usd', 'much', '--slack', receiver.url])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/value must be a number of at least 0.*got "much"/) as string,
  });
});

test('userspan apply changes nothing in a dry run, creates the objects of the file, and deletes removed ones', async () => {
  const config = {
    port: 4318,
    channels: [{ id: 'ops', type: 'webhook', url: '${USERSPAN_HOOK}' }],
    alerts: [
      {
        id: 'any',
        measure: 'cost',
        of: 'user',
        window: 'day',
        thresholds: [{ value: '1' }],
        channels: ['ops'],
      },
    ],
    budgets: [{ id: 'pro', props: { plan: ['pro'] }, usd: '5', channels: ['ops'] }],
  };
  const path = join(dir, 'userspan.config.json');
  const write = (value: object): Promise<void> => writeFile(path, JSON.stringify(value));
  const hook = { USERSPAN_HOOK: receiver.url };
  await write(config);
  expect(await userspan(['apply', '--dry-run'], hook)).toEqual({
    code: 0,
    err: '',
    out: expect.stringMatching(
      /^would add channel ops\n(?: {2}.*\n)+would add alert any\n(?: {2}.*\n)+would add budget pro\n(?: {2}.*\n)+$/,
    ) as string,
  });
  const applied = await userspan(['apply'], hook);
  expect([applied.code, applied.out]).toEqual([
    0,
    expect.stringMatching(
      /^add channel ops\n {2}signing secret, shown once: whsec_\S+\nadd alert any\nadd budget pro\n$/,
    ),
  ]);
  expect((await userspan(['apply'], hook)).out).toBe('Nothing to change.\n');
  const [alert] = config.alerts;
  const moved = { USERSPAN_HOOK: `${receiver.url}/moved` };
  await write({ ...config, alerts: [{ ...alert, thresholds: [{ value: 2 }], name: 'Any' }] });
  expect(await userspan(['apply', '--dry-run'], moved)).toEqual({
    code: 0,
    err: '',
    out: [
      'would change channel ops',
      '  url: (secret) -> (secret)',
      'would change alert any',
      '  name: "any" -> "Any"',
      '  thresholds: [{"severity":"critical","value":"1"}] -> [{"severity":"critical","value":"2"}]',
      '',
    ].join('\n'),
  });
  // Fields that the file leaves out have their defaults again.
  const [channel] = config.channels;
  await write({
    ...config,
    channels: [{ ...channel, name: 'Ops', enabled: false, digest: { at: '09:00' } }],
  });
  expect((await userspan(['apply'], hook)).out).toBe('change channel ops\n');
  await write(config);
  expect((await userspan(['apply', '--dry-run'], hook)).out).toBe(
    'would change channel ops\n  name: "Ops" -> "ops"\n  enabled: false -> true\n  digest: {"at":"09:00","timeZone":"UTC"} -> none\n',
  );
  await userspan(['apply'], hook);
  expect((await userspan(['apply'], hook)).out).toBe('Nothing to change.\n');
  // An invalid file changes nothing, and no secret is shown.
  await write({ channels: config.channels, alert: config.alerts });
  expect(await userspan(['apply'], hook)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no setting "alert"; did you mean alerts\?/) as string,
  });
  const { budgets } = config;
  const wrongFiles: readonly (readonly [object, RegExp])[] = [
    [{ channels: [], alerts: config.alerts }, /alerts\[0\]: there is no channel "ops"/],
    [{ channels: channel }, /channels must be a list; got an object/],
    [{ channels: [channel?.url] }, /channels\[0\]: an entry must be an object; got a string/],
    [
      { channels: [{ ...channel, to: 'x' }] },
      /channels\[0\]: a channel of type webhook has no property "to"/,
    ],
    [{ channels: [channel, channel] }, /channels\[1\]: id "ops" appears twice/],
    [{ alerts: [{ ...alert, windw: 'day' }] }, /alerts\[0\]: .*"windw"; did you mean window\?/],
    [{ alerts: [{ ...alert, timeZone: 'Mars' }] }, /alerts\[0\]: timeZone must be .*"Mars"/],
    [
      { budgets: [{ ...budgets[0], of: 'group' }] },
      /budgets\[0\]: a budget needs exactly one of|props are of users/,
    ],
  ];
  for (const [file, message] of wrongFiles) {
    const answer = await fetch(`${collector.url}/api/alerting?dryRun=false`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(file).replaceAll('${USERSPAN_HOOK}', receiver.url),
    });
    const { detail } = (await answer.json()) as { detail: string };
    expect([answer.status, detail]).toEqual([400, expect.stringMatching(message)]);
    expect(detail).not.toContain(receiver.url);
  }
  await write(config);
  expect((await userspan(['apply'], hook)).out).toBe('Nothing to change.\n');
  await write({ ...config, alerts: [] });
  expect((await userspan(['apply', path], hook)).out).toBe('remove alert any\n');
  // Objects created by `userspan alert` are not managed by the file and are kept.
  const { data } = (await (await fetch(`${collector.url}/api/alerts`)).json()) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual(['user-over-1-usd-a-day']);
  expect(await userspan(['apply'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/USERSPAN_HOOK.*not set/) as string,
  });
  await writeFile(path, '{');
  expect(await userspan(['apply'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/cannot be read as JSON/) as string,
  });
  expect(await userspan(['apply', 'none.json'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/none\.json/) as string,
  });
});

test('userspan meter runs dry, sends, reconciles and writes files, and exits with 1 if the billing system is down', async () => {
  expect(await userspan(['meter'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no exporter: create one/) as string,
  });
  const exporter = {
    type: 'openmeter',
    apiKey: 'key',
    url: receiver.url,
    everySeconds: 0,
    customer: 'group',
  };
  const put = await fetch(`${collector.url}/api/exporters/om`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...exporter, since: '2020-01-01' }),
  });
  expect(put.status).toBe(200);
  const dry = await userspan(['meter', '--dry-run']);
  expect([dry.code, dry.out]).toEqual([
    0,
    expect.stringMatching(/^om\t"acme"\t\S+\t\S+\t1\.5\nom: 1 events would be sent\n$/),
  ]);
  const owed = await userspan(['meter', '--reconcile']);
  expect(owed).toMatchObject({ code: 1, out: 'om: owed 1.5, sent 0, difference 1.5 (no events)\n' });
  receiver.answer = () => ({ status: 503 });
  expect(await userspan(['meter'])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^om: 0 sent, 1 pending: 503/) as string,
  });
  receiver.answer = () => ({ status: 204 });
  expect(await userspan(['meter', '--exporter', 'om'])).toMatchObject({
    code: 0,
    out: 'om: 1 sent, 0 pending\n',
  });
  expect(await userspan(['meter', '--reconcile'])).toMatchObject({
    code: 0,
    out: 'om: owed 1.5, sent 1.5, difference 0 (1 sent)\n',
  });
  const csv = await userspan(['meter', '--format', 'csv', '--from', '2020-01-01', '--mark-up', '2']);
  expect([csv.code, csv.out]).toEqual([
    0,
    expect.stringMatching(/^customer,day,model,cost,billed,quantity,unit,unpricedCalls\r\nu42,\S+,1\.5,3,/),
  ]);
});

test('userspan revenue imports a CSV file, and names an invalid line', async () => {
  const path = join(dir, 'paid.csv');
  const month = new Date().toISOString().slice(0, 7);
  await writeFile(path, `user,month,usd\nu42,${month},1\n`);
  expect(await userspan(['revenue', path])).toEqual({ code: 0, err: '', out: '1 amounts written\n' });
  await writeFile(path, 'user,month,usd\nu42,now,1\n');
  expect(await userspan(['revenue', path])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/line 2 of the CSV: month must be/) as string,
  });
  expect((await userspan(['revenue'])).code).toBe(2);
});
