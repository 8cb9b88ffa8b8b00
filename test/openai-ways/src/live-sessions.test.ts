import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { identify } from '@userspan/core';
import { beforeEach, expect, test } from 'vitest';

import type { Event, ScriptedSocket } from './scripted-server.ts';
import { usageOf, useScriptedGround } from './scripted-server.ts';
import { callsIn } from './socket-ground.ts';
import { FORK, LIVE, SIDEBAND } from './sockets.ts';
import type { Socket, SocketKind } from './sockets.ts';

// Sessions of the Live API, to which several connections of one process may attach.

const scripted = useScriptedGround();
const { idOf, newSession } = scripted;
const [kind] = LIVE as [SocketKind];

/**
 * The server's side: `use SECONDS` reports the total, `begin` and `end` those of a delegated response, `decide` a decision,
 * `close SECONDS` the final total, to every connection of a session; `cut` breaks the connection.
 */
let sessions: { readonly id: string; readonly sockets: ScriptedSocket[] }[];
beforeEach(() => {
  newSession();
  sessions = [];
  scripted.server.follow((event, socket, path) => {
    if (event['type'] === 'open') return enter(socket, path);
    const session = sessions.find(({ sockets }) => sockets.includes(socket));
    if (session === undefined) return;
    if (event['type'] === 'cut') return socket.cut();
    for (const each of session.sockets) for (const answer of answersTo(event, session.id)) each.send(answer);
  });
});

function enter(socket: ScriptedSocket, path: string): void {
  if (path.includes('refused')) return socket.cut();
  const attached = /sessions\/([^/]+)\/attach/.exec(path)?.[1];
  const known = sessions.find(({ id }) => id === attached);
  const session = known ?? { id: idOf(`live${String(sessions.length + 1)}`), sockets: [] };
  if (known === undefined) sessions.push(session);
  session.sockets.push(socket);
  socket.send({ type: 'session.started', session: { id: session.id, model: 'gpt-live-1' } });
}

function answersTo({ type, seconds, tool, event_id: command }: Event, id: string): readonly Event[] {
  const response = { id: idOf('1'), model: 'gpt-4o-mini' };
  switch (type) {
    case 'use':
      return [{ type: 'session.usage.updated', usage: { seconds } }];
    case 'begin':
      return [responseEvent('created', { ...response, status: 'in_progress' })];
    case 'item':
      return [
        {
          type: 'response.event',
          event: { type: 'response.output_item.done', item: { id: 'item_1', type: tool } },
        },
      ];
    case 'end':
      return [
        responseEvent('completed', { ...response, status: 'completed', output: [], usage: usageOf(9) }),
      ];
    case 'response.create': {
      const answer = { id: idOf(String(command)), model: 'gpt-4o-mini', output: [] };
      return ['created', 'completed'].map((event) => ({
        ...responseEvent(event, { ...answer, status: event, usage: usageOf(7) }),
        client_event_id: command,
      }));
    }
    case 'decide':
      return [
        {
          type: 'decision.event',
          event_id: idOf('decision'),
          event: { type: 'decision.completed', decision: { model: 'gpt-4o-mini', usage: usageOf(8) } },
        },
      ];
    default:
      return [{ type: 'session.closed', reason: 'close_requested', session: { id }, usage: { seconds } }];
  }
}

function responseEvent(type: string, response: Event): Event {
  return { type: 'response.event', event: { type: `response.${type}`, response } };
}

/** Sends an event, and waits for what the server answers with. */
async function exchange(socket: Socket, event: Event, answer: string): Promise<void> {
  const answered = happens(socket, answer);
  socket.send(event);
  await answered;
}

function happens(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve) => {
    socket.on(name, () => resolve());
  });
}

async function begin(user: string, open: () => Socket): Promise<Socket> {
  const socket = identify(user, open);
  socket.on('error', () => {});
  await happens(socket, 'session.started');
  return socket;
}

async function close(socket: Socket): Promise<void> {
  const closed = happens(socket, 'close');
  socket.close();
  await closed;
}

const primary = (): Promise<Socket> => begin('u1', () => kind.open(scripted.server.clientOf(7)));
const attach = (): Promise<Socket> =>
  begin('u2', () => SIDEBAND.open(scripted.server.clientOf(7), idOf('live1')));

const OWN = ['u1', 'live1', 30, undefined] as const;
const DELEGATED = ['u1', '1', 9, undefined] as const;

/** What an app does, and each call: user, id, seconds or input tokens, error. */
const CONVERSATIONS: readonly (readonly [
  name: string,
  talk: () => Promise<unknown>,
  calls: readonly (readonly [
    user: string,
    id: string | undefined,
    count: number | undefined,
    error: string | undefined,
  ])[],
])[] = [
  [
    'a connection that attaches and leaves before the end',
    async () => {
      const [first, second] = [await primary(), await attach()];
      await exchange(second, { type: 'use', seconds: 10 }, 'session.usage.updated');
      await close(second);
      await exchange(first, { type: 'close', seconds: 30 }, 'session.closed');
      await close(first);
    },
    [OWN],
  ],
  [
    'a connection that attaches and stays until after the end',
    async () => {
      const [first, second] = [await primary(), await attach()];
      await exchange(first, { type: 'close', seconds: 30 }, 'session.closed');
      await close(first);
      await close(second);
    },
    [OWN],
  ],
  [
    'a first connection that is lost, while the attached one receives the end',
    async () => {
      const [first, second] = [await primary(), await attach()];
      await exchange(first, { type: 'cut' }, 'close');
      await exchange(second, { type: 'close', seconds: 30 }, 'session.closed');
      await close(second);
    },
    [OWN],
  ],
  [
    'both connections lost',
    async () => {
      const [first, second] = [await primary(), await attach()];
      await exchange(second, { type: 'use', seconds: 10 }, 'session.usage.updated');
      for (const socket of [second, first]) await exchange(socket, { type: 'cut' }, 'close');
    },
    [['u1', 'live1', 10, 'connection_closed']],
  ],
  [
    'a delegated response that begins before the attached connection leaves, and a decision that both receive',
    async () => {
      const [first, second] = [await primary(), await attach()];
      await Promise.all([
        happens(second, 'response.event'),
        exchange(first, { type: 'begin' }, 'response.event'),
      ]);
      await Promise.all([
        happens(second, 'decision.event'),
        exchange(first, { type: 'decide' }, 'decision.event'),
      ]);
      await close(second);
      await exchange(first, { type: 'end' }, 'response.event');
      await exchange(first, { type: 'close', seconds: 30 }, 'session.closed');
      await close(first);
    },
    [['u1', 'decision', 8, undefined], DELEGATED, OWN],
  ],
  [
    'a connection that is lost and made again, which begins another session',
    async () => {
      const reconnect = { reconnect: { initialDelay: 1, onReconnecting: () => ({}) } };
      const socket = await begin('u1', () => kind.open(scripted.server.clientOf(7), undefined, reconnect));
      await exchange(socket, { type: 'use', seconds: 100 }, 'session.usage.updated');
      await exchange(socket, { type: 'cut' }, 'session.started');
      await exchange(socket, { type: 'close', seconds: 30 }, 'session.closed');
      await close(socket);
    },
    [
      ['u1', 'live1', 100, 'connection_closed'],
      ['u1', 'live2', 30, undefined],
    ],
  ],
  [
    'a fork, which is a session of its own',
    async () => {
      const first = await primary();
      const fork = await begin('u2', () => FORK.open(scripted.server.clientOf(7), idOf('live1')));
      await exchange(fork, { type: 'close', seconds: 20 }, 'session.closed');
      await close(fork);
      await exchange(first, { type: 'close', seconds: 30 }, 'session.closed');
      await close(first);
    },
    [['u2', 'live2', 20, undefined], OWN],
  ],
];

test.each(CONVERSATIONS)(
  'records a Live session once, from its final total: %s',
  async (_name, talk, calls) => {
    scripted.ground.instrumentation.enable();
    await talk();
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(calls.length);
    const found = callsIn(scripted.ground.spans()).map(({ attributes }) => [
      attributes['user.id'],
      attributes['gen_ai.response.id'],
      attributes['userspan.usage.seconds'] ?? attributes['gen_ai.usage.input_tokens'],
      attributes['error.type'],
    ]);
    expect(found).toEqual(
      calls.map(([user, id, count, error]) => [user, id === undefined ? undefined : idOf(id), count, error]),
    );
  },
);

test('gives a response of a Live session to the user who requested it, if the request has an id that the response repeats', async () => {
  scripted.ground.instrumentation.enable();
  const [first, second] = [await primary(), await attach()];
  const ask = (id: string | undefined, more: Event = {}): Promise<void> =>
    exchange(first, { type: 'response.create', event_id: id, ...more }, 'response.event');
  await ask('own');
  await identify('u3', () => ask('inside'));
  await ask('field', { userId: 'u4', tags: ['support'] });
  // The response of a request without an id could be one that the server begins by itself.
  await identify('u5', () => ask(undefined));
  await exchange(first, { type: 'close', seconds: 30 }, 'session.closed');
  await close(first);
  await close(second);
  await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(5);
  const found = callsIn(scripted.ground.spans()).map(({ attributes }) => [
    attributes['gen_ai.response.id'],
    attributes['user.id'],
    attributes['userspan.tags'],
  ]);
  expect(found).toEqual([
    [idOf('own'), 'u1', undefined],
    [idOf('inside'), 'u3', undefined],
    [idOf('field'), 'u4', ['support']],
    [idOf('undefined'), 'u1', undefined],
    [idOf('live1'), 'u1', undefined],
  ]);
});

// 9 × $0.15 + 5 × $0.60 per million, and $10 per thousand searches
test.each([
  ['web_search_call', 0.01000435, undefined],
  ['function_call', 0.00000435, undefined],
  ['fly_call', undefined, 'tool_calls.fly_call'],
])('prices the %s of a delegated response, whose end leaves the output out', async (tool, usd, unpriced) => {
  scripted.ground.instrumentation.enable();
  // Each connection receives each item.
  const [socket, attached] = [await primary(), await attach()];
  await exchange(socket, { type: 'begin' }, 'response.event');
  const received = happens(socket, 'response.event');
  await exchange(attached, { type: 'item', tool }, 'response.event');
  await received;
  await exchange(socket, { type: 'end' }, 'response.event');
  await close(attached);
  await close(socket);
  await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(2);
  const [{ attributes }] = callsIn(scripted.ground.spans()) as [ReadableSpan];
  expect(attributes['gen_ai.usage.cost']).toBe(usd);
  if (unpriced === undefined) expect(attributes['userspan.cost.unpriced']).toBeUndefined();
  else expect(attributes['userspan.cost.unpriced']).toContain(unpriced);
});

test('records a session that the server refuses as an error without a cost', async () => {
  scripted.ground.instrumentation.enable();
  const socket = identify('u1', () => SIDEBAND.open(scripted.server.clientOf(7), 'refused'));
  socket.on('error', () => {});
  await expect.poll(() => scripted.ground.spans().length).toBe(2);
  const [call] = callsIn(scripted.ground.spans());
  expect(call?.attributes).toMatchObject({ 'user.id': 'u1', 'error.type': 'connection_closed' });
  expect(call?.attributes).not.toHaveProperty('userspan.cost.unpriced');
  expect(call?.attributes).not.toHaveProperty('gen_ai.response.id');
});
