import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Bill, startOpenAIServer } from '@userspan-test/openai-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, startCollector } from './collector.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const LEDGER = fileURLToPath(new URL('../../packages/ledger/dist/index.js', import.meta.url));

interface Figures {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

interface User extends Figures {
  readonly id: string;
  readonly email: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

interface Span {
  readonly name: string;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Printed {
  readonly spans: readonly Span[];
  readonly users: readonly User[];
  readonly unattributed: Figures;
  /** For each user, the index of the user's first line on the bill, and the index after the last. */
  readonly bills: Readonly<Record<string, readonly [from: number, to: number]>>;
}

/** Runs the app in a separate process, because two instrumentations of one library cannot share a process. */
async function run(
  name: string,
  company: string,
  collectorUrl: string,
): Promise<{ printed: Printed; bills: readonly Bill[] }> {
  const server = await startOpenAIServer();
  try {
    const child = spawn(process.execPath, ['app.mjs', name, company, `-${name}-${company}`], {
      cwd: HERE,
      env: { ...process.env, OPENAI_BASE_URL: server.url, COLLECTOR_URL: collectorUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (complaint += String(chunk)));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`the app ended with ${String(code)}: ${complaint}`);
    return { printed: JSON.parse(out) as Printed, bills: [...server.bills] };
  } finally {
    await server.close();
  }
}

/** Sums a user's lines of the bill. `leaveOut` are the lines whose usage the instrumentation cannot know. */
function billed(
  bills: readonly Bill[],
  leaveOut: (bill: Bill) => boolean = () => false,
): Omit<Figures, 'unpricedCalls' | 'calls'> {
  const sum = (read: (bill: Bill) => number | undefined): number =>
    bills.reduce((total, bill) => total + (leaveOut(bill) ? 0 : (read(bill) ?? 0)), 0);
  const pico = bills.reduce((total, bill) => total + (leaveOut(bill) ? 0n : picoOf(bill.usd)), 0n);
  return {
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    cachedTokens: sum(({ usage }) => usage.cachedInputTokens),
    costExact: decimalOf(pico),
  };
}

function picoOf(usd: string | null): bigint {
  const [whole = '0', fraction = ''] = (usd ?? '0').split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

function decimalOf(pico: bigint): string {
  const digits = String(pico).padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

const NOTHING = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  costExact: null,
  unpricedCalls: 0,
};

/** The fields that are compared. */
function figures({
  calls,
  inputTokens,
  outputTokens,
  cachedTokens,
  costExact,
  unpricedCalls,
}: Figures): Figures {
  return { calls, inputTokens, outputTokens, cachedTokens, costExact, unpricedCalls };
}

const isEmbedding = ({ path }: Bill): boolean => path === '/embeddings';
const isFlex = ({ tier }: Bill): boolean => tier === 'flex';
const isCached = ({ usage }: Bill): boolean => (usage.cachedInputTokens ?? 0) > 0;

/**
 * What each instrumentation does not report without Userspan: usage (the call has no price), parts of the usage (the price
 * is that of the reported parts), or whole calls.
 */
const INSTRUMENTATIONS: readonly {
  name: string;
  withoutUsage: (bill: Bill) => boolean;
  withoutParts: (bill: Bill) => boolean;
  unrecorded: (bill: Bill) => boolean;
}[] = [
  {
    name: 'official',
    withoutUsage: () => false,
    withoutParts: (bill) => isFlex(bill) || isCached(bill),
    unrecorded: () => false,
  },
  {
    name: 'openinference',
    withoutUsage: (bill) => isEmbedding(bill) || isStream(bill),
    withoutParts: () => false,
    unrecorded: () => false,
  },
  {
    name: 'openllmetry',
    withoutUsage: (bill) => isStream(bill),
    withoutParts: (bill) => isFlex(bill) || isCached(bill),
    unrecorded: isEmbedding,
  },
  { name: 'langfuse', withoutUsage: isEmbedding, withoutParts: isFlex, unrecorded: () => false },
  { name: 'vercel-ai', withoutUsage: () => false, withoutParts: () => false, unrecorded: () => false },
];

/** The number of tokens of the prompt of the app's only stream. */
function isStream({ path, usage }: Bill): boolean {
  return path === '/chat/completions' && usage.inputTokens === 77;
}

const isBuilt = existsSync(LEDGER);
if (!isBuilt) console.warn('test/dialects is left out: packages are not built (npx tsc -b)');

let collector: Collector;
beforeAll(async () => {
  if (isBuilt) collector = await startCollector();
}, 60_000);
afterAll(() => collector?.stop(), 60_000);

/** Waits until the collector has exactly the same figures for the users of a run as the processor in the app. */
async function expectTheSame({ users }: Printed): Promise<void> {
  const stated = users.map(({ id, email, firstSeen, lastSeen, ...user }) => {
    return { id, email, firstSeen, lastSeen, ...figures(user) };
  });
  await expect
    .poll(async () => Promise.all(stated.map(({ id }) => userOf(id))), { timeout: 20_000, interval: 200 })
    .toEqual(stated);
}

async function userOf(id: string): Promise<unknown> {
  const user = (await collector.get(`users/${encodeURIComponent(id)}`)) as User;
  const { email, firstSeen, lastSeen } = user;
  return { id: user.id, email, firstSeen, lastSeen, ...figures(user) };
}

const OURS = '@userspan/openai';

/** The spans of another instrumentation, without attributes that Userspan's processors add and values that differ between runs. */
function theirSpans({ spans }: Printed): string[] {
  return spans
    .filter(({ scope }) => scope !== OURS && scope !== 'app')
    .map(({ name, scope, attributes }) => {
      const written = Object.entries(attributes).filter(
        ([key]) => !/^(?:user\.|userspan\.|session\.id|gen_ai\.usage\.cost)/.test(key),
      );
      return JSON.stringify([name, scope, written.map(([key, value]) => [key, stable(key, value)])]);
    })
    .toSorted();
}

/** Ids, ports and times differ between two runs. */
function stable(key: string, value: unknown): unknown {
  if (typeof value === 'number') return /port|time|duration|msTo|tokensPerSecond/i.test(key) ? 0 : value;
  return JSON.stringify(value)
    .replaceAll(/(?:chatcmpl|resp|msg|rs|cmpl)[-_][\w-]+/g, 'ID')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME')
    .replaceAll(/"(created|created_at)\W+\d+/g, '$1');
}

/** The spans of each instrumentation when it runs alone. */
const alone = new Map<string, string[]>();

describe.runIf(isBuilt).each(INSTRUMENTATIONS)(
  '$name',
  ({ name, withoutUsage, withoutParts, unrecorded }) => {
    it('reports users and the cost in its spans without Userspan', async () => {
      const { printed, bills } = await run(name, 'alone', collector.url);
      alone.set(name, theirSpans(printed));
      const people = ['ada', 'bob', 'eve'];
      expect(printed.users.map(({ id }) => id)).toEqual(people.map((id) => `${id}-${name}-alone`));
      for (const [at, user] of printed.users.entries()) {
        const recorded = bills
          .slice(...(printed.bills[people[at] ?? ''] ?? []))
          .filter((bill) => !unrecorded(bill));
        const known = billed(recorded, withoutUsage);
        expect(figures(user)).toEqual({
          ...known,
          calls: recorded.length,
          unpricedCalls: recorded.filter(withoutUsage).length,
          ...(recorded.some(withoutParts)
            ? { cachedTokens: user.cachedTokens, costExact: user.costExact }
            : {}),
        });
      }
      expect(figures(printed.unattributed)).toEqual(NOTHING);
      await expectTheSame(printed);
    }, 60_000);

    it.each(['together', 'first'])(
      'with Userspan, %s: counts every call once, with the exact cost of the bill',
      async (company) => {
        const { printed, bills } = await run(name, company, collector.url);
        expect(printed.users.map(({ id, email }) => [id, email])).toEqual([
          [`ada-${name}-${company}`, 'ada@example.com'],
          [`bob-${name}-${company}`, 'bob@example.com'],
          [`eve-${name}-${company}`, null],
        ]);
        for (const user of printed.users) {
          const mine = bills.slice(...(printed.bills[user.id.slice(0, 3)] ?? []));
          expect(mine.length).toBeGreaterThan(3);
          expect(figures(user)).toEqual({ ...billed(mine), calls: mine.length, unpricedCalls: 0 });
        }
        expect(figures(printed.unattributed)).toEqual(NOTHING);
        if (name !== 'vercel-ai') {
          expect(printed.spans.filter(({ scope }) => scope === OURS)).toHaveLength(bills.length);
        }
        expect(theirSpans(printed)).toEqual(alone.get(name));
        await expectTheSame(printed);
      },
      60_000,
    );
  },
);

it.runIf(isBuilt)('leaves nothing unattributed in the collector', async () => {
  expect(await collector.get('summary')).toMatchObject({
    unattributed: { calls: 0 },
    users: INSTRUMENTATIONS.length * 9,
  });
});
