import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, succeeded, userPath } from './api-client.ts';
import { exportOverGrpc } from './export-over-grpc.ts';
import { testRequest } from './test-request.ts';

/** State of the check along the path of the test span. */
export interface Journey {
  readonly client: ApiClient;
  grpcUrl: string | undefined;
  /** Whether to repair wrong sums. */
  readonly repairs: boolean;
  readonly userId: string;
  readonly traceId: Uint8Array;
  parts: Readonly<Record<string, Part>>;
  isSent: boolean;
}

interface Part {
  readonly state?: string;
  readonly message?: string;
  readonly lagBytes?: number;
  readonly port?: number;
}

/** One hop of the path. `visit` resolves to what was found there, or rejects with what is wrong and what to do. */
interface Hop {
  readonly name: string;
  readonly isCleanUp?: true;
  visit(journey: Journey): Promise<string>;
}

/** Cost of one test call: a thousand input and a hundred output tokens at GPT-4o's list price. */
const COST_OF_ONE = 0.0035;
const STORE_TIMEOUT_MS = 20_000;

export const HOPS: readonly Hop[] = [
  { name: 'collector answers', visit: reach },
  { name: 'token', visit: checkToken },
  { name: 'components', visit: checkParts },
  { name: 'OTLP/HTTP to log', visit: sendOverHttp },
  { name: 'OTLP/gRPC to log', visit: sendOverGrpc },
  { name: 'log to store', visit: waitForStore },
  { name: 'span to user and cost', visit: checkCost },
  { name: 'forward', visit: checkForwards },
  { name: 'sums equal calls', visit: checkSums },
  { name: 'clean-up', isCleanUp: true, visit: cleanUp },
];

async function reach({ client }: Journey): Promise<string> {
  const response = await client.request('/readyz');
  if (response.status === 404) {
    throw new Error('another program answers there, not userspan: check the address and port of --url');
  }
  await succeeded(response);
  return client.url;
}

async function checkToken({ client }: Journey): Promise<string> {
  const response = await client.request('/api/users?limit=1');
  if (response.status === 401 || response.status === 403) {
    throw new Error('this token may not read: pass --token with a token that has the permission admin');
  }
  await succeeded(response);
  return client.token === undefined ? 'none needed' : 'may read';
}

async function checkParts(journey: Journey): Promise<string> {
  const response = await journey.client.request('/healthz');
  journey.parts = (await response.json()) as Record<string, Part>;
  // Sums are checked by a separate hop.
  const { rollups: _sums, ...others } = journey.parts;
  const unwell = Object.entries(others).filter(
    ([, part]) => typeof part === 'object' && part.state !== undefined && part.state !== 'ok',
  );
  if (unwell.length > 0) {
    throw new Error(
      unwell.map(([name, { state, message }]) => `${name} is ${state}: ${message ?? ''}`).join('; '),
    );
  }
  return Object.keys(others)
    .filter((name) => name !== 'status')
    .join(', ');
}

async function sendOverHttp(journey: Journey): Promise<string> {
  const response = await journey.client.request('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: testRequest(journey.userId, journey.traceId, randomBytes(8)),
  });
  if (response.status === 401 || response.status === 403) {
    throw new Error('this token may not send: pass --token with a token that has the permission admin');
  }
  if (!response.ok) {
    throw new Error(`the collector answered ${response.status}; its log has the reason`);
  }
  journey.isSent = true;
  return 'acknowledged as durable';
}

async function sendOverGrpc(journey: Journey): Promise<string> {
  const { port } = journey.parts['grpc'] ?? {};
  const { protocol, hostname } = new URL(journey.client.url);
  journey.grpcUrl ??= port === undefined ? undefined : `${protocol}//${hostname}:${port}`;
  if (journey.grpcUrl === undefined) {
    return 'skipped: gRPC is off';
  }
  const request = testRequest(journey.userId, journey.traceId, randomBytes(8));
  await exportOverGrpc(journey.grpcUrl, journey.client.token, request);
  return journey.grpcUrl;
}

interface FoundUser {
  readonly calls: number;
  readonly cost: number | null;
}

async function findUser({ client, userId }: Journey): Promise<FoundUser | undefined> {
  const response = await succeeded(await client.request(`/api/users?q=${encodeURIComponent(userId)}`));
  const { data } = (await response.json()) as { data: (FoundUser & { id: string })[] };
  return data.find(({ id }) => id === userId);
}

function callsSent({ grpcUrl }: Journey): number {
  return grpcUrl === undefined ? 1 : 2;
}

async function waitForStore(journey: Journey): Promise<string> {
  const end = performance.now() + STORE_TIMEOUT_MS;
  for (;;) {
    const calls = (await findUser(journey))?.calls ?? 0;
    if (calls >= callsSent(journey)) {
      return `${calls} of ${callsSent(journey)} calls found`;
    }
    if (performance.now() > end) {
      const response = await journey.client.request('/healthz');
      const { store } = (await response.json()) as { store?: Part };
      throw new Error(
        `${calls} of ${callsSent(journey)} calls arrived in ${STORE_TIMEOUT_MS / 1000} s; the store is ${store?.state ?? 'unknown'}` +
          ` ${store?.message ?? ''}, ${store?.lagBytes ?? 0} bytes behind`,
      );
    }
    await sleep(100);
  }
}

async function checkCost(journey: Journey): Promise<string> {
  const cost = (await findUser(journey))?.cost ?? null;
  const expected = COST_OF_ONE * callsSent(journey);
  if (cost === null || Math.abs(cost - expected) > 1e-12) {
    throw new Error(
      `the user's cost is ${cost ?? 'unknown'} instead of ${expected} dollars: check whether you have set your own prices`,
    );
  }
  return `${journey.userId} cost ${cost} dollars`;
}

async function checkForwards(journey: Journey): Promise<string> {
  const names = Object.keys(journey.parts).filter((name) => name.startsWith('forward'));
  if (names.length === 0) {
    return 'skipped: no receiver is configured';
  }
  const end = performance.now() + STORE_TIMEOUT_MS;
  for (;;) {
    const response = await journey.client.request('/healthz');
    const parts = (await response.json()) as Record<string, Part>;
    const behind = names.filter((name) => parts[name]?.state !== 'ok' || (parts[name]?.lagBytes ?? 0) > 0);
    if (behind.length === 0) {
      return `${names.join(', ')} accepted everything`;
    }
    if (performance.now() > end) {
      throw new Error(
        behind.map((name) => `${name} is behind: ${parts[name]?.message ?? 'busy'}`).join('; '),
      );
    }
    await sleep(100);
  }
}

interface Difference {
  readonly rollup: string;
  readonly day: string | null;
  readonly userId: string | null;
  readonly calls: string;
  readonly tokens: string;
  readonly cost: string;
  /** Number of spans of a user that lists do not show. Absent in answers of older versions. */
  readonly spans?: number;
}

async function checkSums({ client, repairs }: Journey): Promise<string> {
  const found = await readDifferences(client);
  const [first] = found;
  if (first === undefined) {
    return 'every sum equals the sum of its calls';
  }
  if (!repairs) {
    const more = found.length === 1 ? '' : `, and ${found.length - 1} more`;
    throw new Error(`${inWords(first)}${more}; run userspan doctor --repair to correct it`);
  }
  await succeeded(await client.request('/api/rollups/repair', { method: 'POST' }));
  const [left] = await readDifferences(client);
  if (left !== undefined) {
    throw new Error(`${inWords(left)}, also after the repair`);
  }
  return `repaired: ${found.map(inWords).slice(0, 3).join('; ')}${found.length > 3 ? `; ${found.length - 3} more` : ''}`;
}

async function readDifferences(client: ApiClient): Promise<readonly Difference[]> {
  const response = await succeeded(await client.request('/api/rollups/differences'));
  return ((await response.json()) as { readonly data: readonly Difference[] }).data;
}

/** Describes what is missing in a sum; negative values are excess. */
function inWords({ rollup, day, userId, calls, tokens, cost, spans = 0 }: Difference): string {
  const where = [rollup, ...(day === null ? [] : [day]), ...(userId === null ? [] : [`user ${userId}`])];
  if (spans > 0) return `${where.join(', ')} lacks the user, whom ${spans} spans name`;
  return `${where.join(', ')} lacks ${calls} calls, ${tokens} tokens, ${cost} dollars`;
}

async function cleanUp({ client, userId }: Journey): Promise<string> {
  await succeeded(await client.request(userPath(userId), { method: 'DELETE' }));
  return `${userId} erased`;
}
