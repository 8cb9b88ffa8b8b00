import { readEnvironment } from '../../config/environment.ts';
import { OptionsError } from '../../config/options.ts';
import { apiClient, CLIENT_FLAGS, jsonOf, succeeded } from '../api-client.ts';
import type { ApiClient } from '../api-client.ts';
import { parseFlags, textFlag } from '../parse-flags.ts';

const RECEIVERS = ['webhook', 'slack', 'discord', 'teams'] as const;

/**
 * `userspan alert --each user --usd 1 --window day --webhook URL`: creates an alert with a channel, and sends a test
 * message.
 *
 * Waits for a collector that is still starting.
 *
 * A webhook is signed with the secret of `USERSPAN_WEBHOOK_SECRET`, or with one that is generated and printed once.
 * Everything else (thresholds, filters, e-mail, PagerDuty) is in the API and in `userspan apply`.
 */
export async function alert(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    id: { type: 'string' },
    each: { type: 'string' },
    usd: { type: 'string' },
    window: { type: 'string' },
    'time-zone': { type: 'string' },
    ...Object.fromEntries(RECEIVERS.map((name) => [name, { type: 'string' as const }])),
  });
  const usd = textFlag(flags, 'usd');
  const type = RECEIVERS.find((name) => textFlag(flags, name) !== undefined);
  if (usd === undefined || type === undefined) {
    throw new OptionsError(
      'userspan alert needs --usd AMOUNT and one of --webhook URL, --slack URL, --discord URL, --teams URL.',
    );
  }
  const of = textFlag(flags, 'each') ?? 'user';
  const window = textFlag(flags, 'window') ?? 'day';
  const id = textFlag(flags, 'id') ?? `${of}-over-${usd}-usd-a-${window}`;
  const client = apiClient(flags);
  await waitUntilReady(client);
  const channelId = `${id}-${type}`;
  const ownSecret = type === 'webhook' ? readEnvironment()['USERSPAN_WEBHOOK_SECRET'] : undefined;
  const channel = {
    id: channelId,
    type,
    url: textFlag(flags, type),
    ...(ownSecret === undefined ? {} : { secret: ownSecret }),
  };
  const known = await client.request(
    `/api/channels/${encodeURIComponent(channelId)}`,
    jsonRequest('PUT', channel),
  );
  const saved =
    known.status === 404 ? await client.request('/api/channels', jsonRequest('POST', channel)) : known;
  const { secret } = await jsonOf<{ secret?: string }>(saved);
  const rule = {
    name: `${of === 'project' ? 'The project' : `Any ${of}`} over $${usd} a ${window}`,
    measure: 'cost',
    of,
    window,
    ...(textFlag(flags, 'time-zone') === undefined ? {} : { timeZone: textFlag(flags, 'time-zone') }),
    thresholds: [{ severity: 'critical', value: usd }],
    channels: [channelId],
  };
  await succeeded(await client.request(`/api/alerts/${encodeURIComponent(id)}`, jsonRequest('PUT', rule)));
  process.stdout.write(`alert ${id}: ${rule.name}\n`);
  if (secret !== undefined) process.stdout.write(`signing secret, shown once: ${secret}\n`);
  return sendTest(client, channelId);
}

/** How long to wait for a collector that is still starting. */
const START_MS = 30_000;
const POLL_MS = 250;

async function waitUntilReady(client: ApiClient): Promise<void> {
  const endMs = performance.now() + START_MS;
  let isTold = false;
  while (performance.now() < endMs) {
    const isReady = await client.request('/readyz').then(
      ({ status }) => status !== 503,
      () => false,
    );
    if (isReady) return;
    if (!isTold) process.stderr.write(`waiting for the collector at ${client.url}\n`);
    isTold = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function jsonRequest(method: string, body: object): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function sendTest(client: ApiClient, channelId: string): Promise<number> {
  const path = `/api/channels/${encodeURIComponent(channelId)}/test`;
  const { accepted, status, answer } = await jsonOf<{
    accepted: boolean;
    status: number | null;
    answer: string;
  }>(await client.request(path, { method: 'POST' }));
  process.stdout.write(
    accepted
      ? `test message: accepted with ${status}\n`
      : `test message: rejected: ${status ?? ''} ${answer}\n`,
  );
  return accepted ? 0 : 1;
}
