/** Finds sums of verified and claimed calls in the answers of the API, for `claimed.test.ts`. */

/** Calls and US dollars of verified senders, and those claimed by browsers. */
export interface Spent {
  readonly calls: number;
  readonly usd: number;
}

/** Sums of verified senders and of claims by browsers. */
interface Sums {
  readonly verified: Spent;
  readonly claimed: Spent;
}

export const NOTHING: Spent = { calls: 0, usd: 0 };
export const PROJECT: Sums = { verified: { calls: 4, usd: 1 }, claimed: { calls: 3, usd: 2508 } };
const VICTIM: Sums = { verified: { calls: 2, usd: 0.5 }, claimed: { calls: 1, usd: 2500 } };
export interface Shown {
  readonly id?: string;
  readonly key?: string | null;
  readonly model?: string;
  readonly group?: string | null;
  readonly calls: number;
  readonly cost: number | null;
  readonly claimedCalls: number;
  readonly claimedCost: number | null;
}

/** Returns a row of a CSV file by its column names. */
function rowOfCsv(csv: string, id: string): Shown {
  const [header = '', ...lines] = csv.trim().split('\r\n');
  const names = header.split(',');
  const cells = lines.find((line) => line.startsWith(id))?.split(',') ?? [];
  const of = (name: string): number => Number(cells[names.indexOf(name)]);
  return {
    calls: of('calls'),
    cost: of('costExact'),
    claimedCalls: of('claimedCalls'),
    claimedCost: of('claimedCostExact'),
  };
}

/** The rows of a list. */
export const data = (body: string): readonly Shown[] => (JSON.parse(body) as { data: readonly Shown[] }).data;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** The used parts of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get?: {
          readonly responses: Readonly<
            Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
          >;
        };
      }
    >
  >;
}

/** Names of amounts in answers, with the names of the corresponding claimed amounts. */
const AMOUNTS: readonly (readonly [counted: string, claimed: string])[] = [
  ['cost', 'claimedCost'],
  ['costExact', 'claimedCostExact'],
  ['spent', 'claimedSpent'],
  ['costBefore', 'claimedCostBefore'],
  ['before', 'claimedBefore'],
  ['after', 'claimedAfter'],
];
/** Fields of objects that are not sums: calls, spans, and differences of roll-ups. */
const NO_SUM: readonly string[] = ['spanId', 'parentSpanId', 'rollup'];

/**
 * Returns the sums in the answer to each GET request by path, with their positions and whether they have claimed
 * amounts.
 */
export function sumsOfDocument({
  paths,
}: Document): ReadonlyMap<string, { readonly at: string; readonly hasClaimed: boolean }[]> {
  const found = new Map<string, { at: string; hasClaimed: boolean }[]>();
  const walk = (path: string, at: string, schema: Schema): void => {
    // The previous range is an object with several sums in one answer, and a single sum in others.
    const names = Object.entries(schema.properties ?? {})
      .filter(([, each]) => each.properties === undefined && each.anyOf === undefined)
      .map(([name]) => name);
    const amounts = AMOUNTS.filter(([counted]) => names.includes(counted));
    if (amounts.length > 0 && !names.some((name) => NO_SUM.includes(name))) {
      const sums = found.get(path) ?? [];
      sums.push({ at, hasClaimed: amounts.every(([, claimed]) => names.includes(claimed)) });
      found.set(path, sums);
    }
    for (const [name, each] of Object.entries(schema.properties ?? {})) walk(path, `${at}.${name}`, each);
    for (const each of schema.anyOf ?? []) walk(path, at, each);
    if (schema.items !== undefined) walk(path, `${at}[]`, schema.items);
  };
  for (const [path, { get }] of Object.entries(paths)) {
    for (const { schema } of Object.values(get?.responses['200']?.content ?? {})) walk(path, '', schema);
  }
  return found;
}

/** Returns the amounts of an answer by position. Rows are identified by their names, because their order may change. */
export function sumsOfAnswer(
  answer: unknown,
  at = '',
  found = new Map<string, { readonly counted: number; readonly claimed: number }>(),
): ReadonlyMap<string, { readonly counted: number; readonly claimed: number }> {
  if (Array.isArray(answer)) {
    for (const each of answer) sumsOfAnswer(each, `${at}[${nameOf(each)}]`, found);
  } else if (typeof answer === 'object' && answer !== null) {
    const row = answer as Readonly<Record<string, unknown>>;
    for (const [counted, claimed] of AMOUNTS) {
      if (row[claimed] !== undefined) {
        found.set(`${at}.${counted}`, { counted: Number(row[counted]), claimed: Number(row[claimed]) });
      }
    }
    for (const [name, each] of Object.entries(row)) sumsOfAnswer(each, `${at}.${name}`, found);
  }
  return found;
}

function nameOf(row: unknown): string {
  const of = row as Readonly<Record<string, unknown>>;
  return JSON.stringify(
    ['id', 'key', 'model', 'group', 'tag', 'service', 'at', 'from', 'day'].map((name) => of[name]),
  );
}

interface Case {
  readonly name: string;
  readonly url: string;
  readonly accept?: string;
  readonly pick: (body: string) => Shown | undefined;
  readonly verified: Spent;
  readonly claimed: Spent;
}

export const CASES: readonly Case[] = [
  {
    name: 'the list of users',
    url: '/users',
    pick: (body) => data(body).find(({ id }) => id === 'victim'),
    ...VICTIM,
  },
  {
    name: 'a user whom only browsers name, in the list',
    url: '/users',
    pick: (body) => data(body).find(({ id }) => id === 'browser-only'),
    verified: NOTHING,
    claimed: { calls: 1, usd: 1 },
  },
  {
    name: 'what the users of a list used together',
    url: '/users',
    pick: (body) => (JSON.parse(body) as { totals: Shown }).totals,
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 2, usd: 2501 },
  },
  {
    name: 'the users as CSV',
    url: '/users',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'victim'),
    ...VICTIM,
  },
  { name: 'a user', url: '/users/victim', pick: (body) => JSON.parse(body) as Shown, ...VICTIM },
  { name: 'a user over time', url: '/users/victim/usage', pick: (body) => data(body)[0], ...VICTIM },
  {
    name: 'the summary',
    url: '/summary',
    pick: (body) => JSON.parse(body) as Shown,
    ...PROJECT,
  },
  {
    name: 'calls without a user, in the summary',
    url: '/summary',
    pick: (body) => (JSON.parse(body) as { unattributed: Shown }).unattributed,
    verified: { calls: 1, usd: 0.25 },
    claimed: { calls: 1, usd: 7 },
  },
  { name: 'the project over time', url: '/usage', pick: (body) => data(body)[0], ...PROJECT },
  {
    name: 'the project over time by model',
    url: '/usage?by=model&bucket=hour',
    pick: (body) => data(body)[0],
    ...PROJECT,
  },
  { name: 'models', url: '/models', pick: (body) => data(body)[0], ...PROJECT },
  {
    name: 'groups',
    url: '/groups',
    pick: (body) => data(body).find(({ group }) => group === 'acme'),
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 1, usd: 2500 },
  },
  {
    name: 'groups as CSV',
    url: '/groups',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'acme'),
    verified: { calls: 3, usd: 0.75 },
    claimed: { calls: 1, usd: 2500 },
  },
  {
    name: 'features',
    url: '/tags',
    pick: (body) => data(body).find((row) => Object.values(row).includes('chat')),
    ...VICTIM,
  },
  {
    name: 'features as CSV',
    url: '/tags',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 'chat'),
    ...VICTIM,
  },
  {
    name: 'chargeback by user',
    url: '/usage?by=user',
    pick: (body) => data(body).find(({ key }) => key === 'victim'),
    ...VICTIM,
  },
  {
    name: 'the total of chargeback by user',
    url: '/usage?by=user',
    pick: (body) => (JSON.parse(body) as { total: Shown }).total,
    ...PROJECT,
  },
  {
    name: 'chargeback by tag',
    url: '/usage?by=tag',
    pick: (body) => data(body).find(({ key }) => key === 'chat'),
    ...VICTIM,
  },
  { name: 'services', url: '/services', pick: (body) => data(body)[0], ...PROJECT },
  { name: 'threads', url: '/threads', pick: (body) => data(body)[0], ...VICTIM },
  {
    name: 'threads as CSV',
    url: '/threads',
    accept: 'text/csv',
    pick: (body) => rowOfCsv(body, 't1'),
    ...VICTIM,
  },
  {
    name: 'a thread',
    url: '/threads/t1',
    pick: (body) => {
      const thread = JSON.parse(body) as Shown & { callCount: number };
      return { ...thread, calls: thread.callCount };
    },
    ...VICTIM,
  },
];
