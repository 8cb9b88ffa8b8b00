import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call } from '../testing/trace-of.ts';
import type { Attributes, TestSpan } from '../testing/trace-of.ts';
import { waitFor } from '../testing/wait-for.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await writeAll();
}, 120_000);
afterAll(() => collector.close());

/** A call of a coding agent: attributes of its span and of its resource. */
type Sent = Pick<TestSpan, 'attributes' | 'resource' | 'service' | 'scope' | 'claimed'>;
const claude = (attributes: Attributes, more: Sent = {}): Sent => ({
  attributes: { ...call(), ...attributes },
  service: 'claude-code',
  ...more,
});
const installation = (id: string): Attributes => ({ 'user.id': id });
const address = (email: string): Attributes => ({ 'user.email': email });
const ADA = 'ada@example.com';
const BOB = 'bob@example.com';

/** Users and the number of their calls. */
type Users = Readonly<Record<string, number>>;

const ROWS: readonly { readonly name: string; readonly sent: readonly Sent[]; readonly users: Users }[] = [
  {
    name: 'an address on only some events',
    sent: [
      claude({ ...installation('i'), ...address(ADA) }),
      claude(installation('i')),
      claude(installation('i')),
    ],
    users: { [ADA]: 3 },
  },
  {
    name: 'two installations, one of which has events without an address',
    sent: [
      claude({ ...installation('i'), ...address(ADA) }),
      claude({ ...installation('j'), ...address(ADA) }),
      claude(installation('j')),
    ],
    users: { [ADA]: 3 },
  },
  {
    name: 'an address in another case of letters',
    sent: [
      claude({ ...installation('i'), ...address('Ada@Example.com') }),
      claude({ ...installation('j'), ...address(` ${ADA} `) }),
      claude(installation('i')),
    ],
    users: { [ADA]: 3 },
  },
  {
    name: 'an address on the resource of only some sessions',
    sent: [
      claude(installation('i'), { resource: { 'user.email': ADA } }),
      claude(installation('i')),
      claude(address(ADA)),
    ],
    users: { [ADA]: 3 },
  },
  {
    name: 'an account without an address',
    sent: [
      claude({ ...installation('i'), ...address(ADA), 'user.account_uuid': 'u' }),
      claude({ ...installation('j'), 'user.account_uuid': 'u' }),
    ],
    users: { [ADA]: 2 },
  },
  {
    name: 'another service name',
    sent: [
      claude(
        { ...installation('i'), ...address(ADA) },
        { service: 'mine', scope: 'com.anthropic.claude_code.events' },
      ),
      claude(installation('i'), { service: 'mine', scope: 'com.anthropic.claude_code.tracing' }),
    ],
    users: { [ADA]: 2 },
  },
  {
    name: 'a resource that names another user',
    sent: [claude(installation('i'), { resource: { 'user.id': 'ada' } }), claude(installation('i'))],
    users: { ada: 1, i: 1 },
  },
  {
    name: 'an installation with two developers: three users stay separate',
    sent: [
      claude({ ...installation('i'), ...address(ADA) }),
      claude({ ...installation('i'), ...address(BOB) }),
      claude(installation('i')),
    ],
    users: { [ADA]: 1, [BOB]: 1, i: 1 },
  },
  {
    name: 'an invalid address does not merge two installations',
    sent: [
      claude({ ...installation('i'), ...address('ada') }),
      claude(installation('i')),
      claude(installation('j')),
    ],
    users: { ada: 1, i: 1, j: 1 },
  },
  {
    name: 'another service, whose ids are people, is not merged',
    sent: [
      { attributes: { ...call(), ...installation('i'), ...address(ADA) } },
      { attributes: { ...call(), ...installation('j'), ...address(ADA) } },
    ],
    users: { i: 1, j: 1 },
  },
  {
    name: 'a claim from a browser does not merge users',
    sent: [claude({ ...installation('i'), ...address(ADA) }, { claimed: true }), claude(installation('i'))],
    users: { [ADA]: 0, i: 1 },
  },
];

function ordersOf<T>(items: readonly T[]): (readonly T[])[] {
  const orders = [items, items.toReversed()];
  return items.length < 3 ? orders : [...orders, [...items.slice(1), ...items.slice(0, 1)]];
}

async function usersOf(project: string): Promise<Users> {
  const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users', project);
  return Object.fromEntries(data.map(({ id, calls }) => [id, calls]));
}

const inOrder = (users: Users): string => JSON.stringify(users, Object.keys(users).toSorted());
const isSame =
  (users: Users) =>
  (found: Users): boolean =>
    inOrder(found) === inOrder(users);

/** The spans of a row in every order, each order in a separate project. */
const PROJECTS = ROWS.flatMap(({ name, sent }) => {
  const spans = sent.map((each, i): TestSpan => ({ ...each, id: i + 1, trace: i + 1, atMs: i }));
  return [...ordersOf(spans)].map((order, i) => {
    const project = `${name} ${i}`;
    return { name, project, order: order.map((span) => ({ ...span, project })) };
  });
});
const atOnce = (project: string): string => `${project}, at once`;

test.each(ROWS)('$name', { timeout: 60_000 }, async ({ name, users }) => {
  for (const { project } of PROJECTS.filter((each) => each.name === name)) {
    expect(await waitFor(() => usersOf(project), isSame(users))).toEqual(users);
    expect(await waitFor(() => usersOf(atOnce(project)), isSame(users))).toEqual(users);
  }
});

test('merges installations of batches that arrive faster than they are stored, and respects removed aliases', async () => {
  const project = 'fast';
  const send = (id: number, attributes: Attributes): Promise<void> =>
    collector.pipeline.write(batch({ ...claude(attributes), id, trace: id, project }));
  await Promise.all([
    send(1, { ...installation('i'), ...address(ADA) }),
    send(2, { ...installation('i'), ...address(BOB) }),
    send(3, { ...installation('j'), ...address(ADA) }),
    send(4, installation('i')),
    send(5, installation('j')),
  ]);
  await waitFor(() => usersOf(project), isSame({ [ADA]: 3, [BOB]: 1, i: 1 }));
  expect((await collector.send('POST', '/api/users/j/unalias', {}, project)).status).toBe(200);
  await send(6, { ...installation('j'), ...address(ADA) });
  await waitFor(() => usersOf(project), isSame({ [ADA]: 3, [BOB]: 1, i: 1, j: 1 }));
  expect((await collector.send('POST', '/api/users/i/alias', { userId: 'cy' }, project)).status).toBe(200);
  await send(7, { ...installation('i'), ...address(ADA) });
  await waitFor(() => usersOf(project), isSame({ [ADA]: 4, [BOB]: 1, cy: 1, j: 1 }));
});

test('keeps aliases over a restart, and removes the aliases of an erased address', async () => {
  const project = 'erased';
  const send = (id: number, attributes: Attributes, atMs = 0): Promise<void> =>
    collector.pipeline.write(batch({ ...claude(attributes), id, trace: id, project, atMs }));
  await send(1, { ...installation('i'), ...address(ADA) });
  await send(2, { ...installation('j'), ...address(BOB) });
  await collector.restart();
  await send(3, installation('i'));
  // After the restart, the store shows that the installation had another user.
  await send(4, { ...installation('j'), ...address(ADA) });
  await send(5, installation('j'));
  await waitFor(() => usersOf(project), isSame({ [ADA]: 3, [BOB]: 1, j: 1 }));
  const erased = await collector.send('DELETE', `/api/users/${ADA}`, undefined, project);
  expect(erased.body['deleted']).toMatchObject({ calls: 3, aliases: 1 });
  await waitFor(() => usersOf(project), isSame({ [BOB]: 1, j: 1 }));
  // Calls that began before the erasure are dropped. Later calls count for the installation until an address is seen again.
  await send(6, installation('i'));
  await send(7, { ...installation('i'), ...address(BOB) });
  await send(8, installation('i'), 2 * 3_600_000);
  await waitFor(() => usersOf(project), isSame({ [BOB]: 2, i: 1, j: 1 }));
  const rows = await collector.store.query<{ ids: string }>(
    `SELECT arrayStringConcat([alias_id, user_id, canonical], ' ') AS ids FROM aliases WHERE project = 'erased'`,
  );
  expect(rows.filter(({ ids }) => ids.includes(ADA) || ids.startsWith('i '))).toEqual([]);
});

test('an administrator’s alias takes precedence, whether added or removed', async () => {
  const project = 'admin';
  const send = (id: number, attributes: Attributes): Promise<void> =>
    collector.pipeline.write(batch({ ...claude(attributes), id, trace: id, project }));
  await send(1, address(ADA));
  expect((await collector.send('POST', `/api/users/${ADA}/alias`, { userId: 'i' }, project)).status).toBe(
    200,
  );
  await send(2, { ...installation('i'), ...address(ADA) });
  await send(3, installation('i'));
  await waitFor(() => usersOf(project), isSame({ i: 3 }));
  // An administrator merged two addresses of one developer, so the installation has one user.
  expect(
    (await collector.send('POST', `/api/users/${BOB}/alias`, { userId: 'ada@b.c' }, project)).status,
  ).toBe(200);
  await send(4, { ...installation('k'), ...address(BOB) });
  await send(5, { ...installation('k'), ...address('ada@b.c') });
  await send(6, installation('k'));
  await waitFor(() => usersOf(project), isSame({ i: 3, 'ada@b.c': 3 }));
});

/** Writes the spans of every row consecutively, and all in one batch. */
async function writeAll(): Promise<void> {
  const steps = Math.max(...ROWS.map(({ sent }) => sent.length));
  for (let step = 0; step < steps; step += 1) {
    await collector.pipeline.write(batch(...PROJECTS.flatMap(({ order }) => order.slice(step, step + 1))));
  }
  await collector.pipeline.write(
    batch(
      ...PROJECTS.flatMap(({ order, project }) =>
        order.map((span) => ({ ...span, project: atOnce(project) })),
      ),
    ),
  );
}
