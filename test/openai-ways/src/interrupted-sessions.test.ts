import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { Bill } from '@userspan-test/openai-server';
import type { SocketGround } from './socket-ground.ts';
import { ask, callsIn, checkBills, startSocketGround, talkOver } from './socket-ground.ts';
import { REALTIME, RESPONSES } from './sockets.ts';
import type { Socket, SocketKind } from './sockets.ts';

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

test('records 100 concurrent realtime sessions of 100 users, interrupted at random, without lost or duplicate calls or wrong users', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const kinds = REALTIME.filter(({ major }) => major >= 4);
  ground.instrumentation.enable();
  try {
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const kind = kinds.at(index % kinds.length);
        if (kind === undefined) return undefined;
        const talk = talkOver(identify(`user-${index}`, () => kind.open(ground.clientOf(kind.major))));
        await talk.until('session.created');
        for (let turn = 0; turn < 3; turn += 1) {
          // The count identifies the user on the bill.
          const input = 1000 + index;
          const how = random();
          const cut = how < 0.1 ? '; cut after 2' : '';
          const words = how < 0.5 ? 30 : 5;
          talk.socket.send({
            type: 'response.create',
            response: { instructions: `[[input ${input}; words ${words}${cut}]]` },
          });
          if (cut !== '') return talk.closed;
          await talk.until('response.created');
          if (how < 0.5) talk.socket.send({ type: 'response.cancel' });
          await talk.until('response.done');
          if (how > 0.9) break;
        }
        return talk.close();
      }),
    );
    await expect.poll(() => ground.spans().length - callsIn(ground.spans()).length).toBe(100);
    await expect.poll(() => ground.server.bills.length).toBe(callsIn(ground.spans()).length);
  } finally {
    ground.instrumentation.disable();
  }
  checkBills(ground.spans(), ground.server.bills);
  const byId = new Map(ground.server.bills.map((bill) => [bill.id, bill]));
  const wrong = callsIn(ground.spans()).filter(({ attributes }) => {
    const bill = byId.get(String(attributes['gen_ai.response.id']));
    return attributes['user.id'] !== `user-${String((bill?.usage.inputTokens ?? 0) - 1000)}`;
  });
  expect(wrong, `seed ${String(seed)}`).toEqual([]);
});

const RECONNECTING = { reconnect: { initialDelay: 1, maxRetries: 100, onReconnecting: () => ({}) } };

/** Each of 100 connections is cut at most four times while three lanes are answered. */
const MOST_CUTS = 100 * 4 * 3;

test.each([
  ['sessions of the Responses API', converse, 0],
  ['connections with parallel lanes', converseInLanes, MOST_CUTS],
])(
  'records 100 concurrent %s of 100 users, interrupted at random, without lost or duplicate calls or wrong users',
  async (_kind, hold, mostLost) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = generator(seed);
    const wrong = await checkSessions(seed, (kind, index) => hold(kind, index, random), mostLost);
    expect(wrong, `seed ${String(seed)}`).toEqual([]);
  },
);

function hasId({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }): boolean {
  return attributes['gen_ai.response.id'] !== undefined || 'gen_ai.workflow.name' in attributes;
}

/** Holds 100 conversations at once, and compares the calls with the bill. Returns the lines with a wrong user. */
async function checkSessions(
  seed: number,
  hold: (kind: SocketKind, index: number) => Promise<void>,
  mostLost: number,
): Promise<readonly Bill[]> {
  ground.instrumentation.enable();
  try {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        hold(RESPONSES.at(index % RESPONSES.length) as SocketKind, index),
      ),
    );
    await expect.poll(() => ground.spans().length - callsIn(ground.spans()).length).toBe(100);
    await expect.poll(() => ground.server.bills.length).toBe(callsIn(ground.spans()).length);
  } finally {
    ground.instrumentation.disable();
  }
  const calls = callsIn(ground.spans());
  const byId = new Map(calls.map((span) => [span.attributes['gen_ai.response.id'], span]));
  const learned = ground.server.bills.filter(({ id }) => byId.has(id));
  // The end of a response in one lane may be lost if the connection is cut in another lane.
  const isLost = ({ id, complete }: Bill): boolean =>
    complete && byId.get(id)?.attributes['gen_ai.usage.input_tokens'] === undefined;
  checkBills(
    ground.spans().filter(hasId),
    learned.map((bill) => (isLost(bill) ? { ...bill, complete: false } : bill)),
  );
  // Of a response that was cut before its first event, only the request is known.
  const unlearned = ground.server.bills.filter(({ id }) => !byId.has(id));
  for (const { attributes } of calls.filter((span) => !hasId(span))) {
    expect(attributes['userspan.cost.unpriced']).toMatch(/connection closed/);
  }
  expect(ground.server.bills.filter(isLost).length).toBeLessThanOrEqual(mostLost);
  expect(
    [
      ...learned.map(({ id }) => String(byId.get(id)?.attributes['user.id'])),
      ...calls.filter((span) => !hasId(span)).map(({ attributes }) => String(attributes['user.id'])),
    ].toSorted(),
    `seed ${String(seed)}`,
  ).toEqual([...learned, ...unlearned].map(({ usage }) => userOf(usage.inputTokens ?? 0)).toSorted());
  return learned.filter(
    ({ id, usage }) => byId.get(id)?.attributes['user.id'] !== userOf(usage.inputTokens ?? 0),
  );
}

/** The names of the users of a connection. */
const USERS = ['user', 'other', 'third', 'fourth'] as const;

/** The count of a request identifies its user on the bill. */
function userOf(inputTokens: number): string {
  const user = USERS[Math.floor(inputTokens / 1000) - 1] ?? 'nobody';
  return `${user}-${String(inputTokens % 1000)}`;
}

/** A session of one user with some responses for another user, over connections that are cut. */
async function converse(kind: SocketKind, index: number, random: () => number): Promise<void> {
  const reconnects = random() < 0.5;
  const socket = identify(`user-${String(index)}`, () =>
    kind.open(ground.clientOf(kind.major), undefined, reconnects ? RECONNECTING : undefined),
  );
  socket.on('error', () => {});
  const closed = happens(socket, 'close');
  const send = (words: string): void => {
    const isForOther = random() < 0.5;
    const input = `input ${String((isForOther ? 2000 : 1000) + index)}`;
    const create = (): void => socket.send(ask(`[[${input}; ${words}]]`));
    if (isForOther) identify(`other-${String(index)}`, create);
    else create();
  };
  for (let turn = 0; turn < 5; turn += 1) {
    const how = random();
    if (how < 0.2) {
      const lost = happens(socket, reconnects ? 'reconnecting' : 'close');
      send(`words 30; cut after ${String(Math.floor(random() * 20))}`);
      await lost;
      if (!reconnects) return;
      const [again, answered] = [happens(socket, 'reconnected'), happens(socket, 'response.completed')];
      const isQueued = random() < 0.5;
      if (isQueued) send('words 3');
      await again;
      if (isQueued) await answered;
    } else if (how < 0.3) {
      const begun = happens(socket, 'response.created');
      send('words 30');
      await begun;
      break;
    } else {
      const answered = happens(socket, 'response.completed');
      send('words 3');
      await answered;
    }
  }
  socket.close();
  await closed;
}

/** A session whose lanes answer requests of several users in parallel, over connections that are cut. */
async function converseInLanes(kind: SocketKind, index: number, random: () => number): Promise<void> {
  const reconnects = random() < 0.5;
  const socket = identify(`user-${String(index)}`, () =>
    kind.open(ground.clientOf(kind.major), undefined, reconnects ? RECONNECTING : undefined),
  );
  socket.on('error', () => {});
  const closed = happens(socket, 'close');
  const send = (lane: number, words: string): void => {
    const user = Math.floor(random() * USERS.length);
    const input = `input ${String((user + 1) * 1000 + index)}`;
    const more = lane === 0 ? {} : { stream_id: `lane-${String(lane)}` };
    const create = (): void => socket.send(ask(`[[${input}; ${words}]]`, more));
    if (user === 0) create();
    else identify(`${USERS[user] ?? 'nobody'}-${String(index)}`, create);
  };
  for (let turn = 0; turn < 4; turn += 1) {
    const isCut = random() < 0.3;
    // A request that waits in its lane when the connection is cut is not billed.
    const requests = isCut ? 3 : 1 + Math.floor(random() * 6);
    const lost = happens(socket, reconnects ? 'reconnecting' : 'close');
    const answered = happensTimes(socket, 'response.completed', requests);
    for (let count = 0; count < requests; count += 1) {
      send(isCut ? count : Math.floor(random() * 3), `words ${String(1 + Math.floor(random() * 9))}`);
    }
    if (!isCut) {
      await answered;
      continue;
    }
    // In a lane of its own: the server cuts the connection while the other lanes are answered.
    send(3, `words 30; cut after ${String(Math.floor(random() * 8))}`);
    await lost;
    if (!reconnects) return;
    await happens(socket, 'reconnected');
  }
  socket.close();
  await closed;
}

function happensTimes(socket: Socket, name: string, times: number): Promise<void> {
  let count = 0;
  return new Promise((resolve) => {
    socket.on(name, () => {
      count += 1;
      if (count === times) resolve();
    });
  });
}

function happens(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve) => {
    socket.on(name, () => resolve());
  });
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) % 2 ** 31;
    return Math.abs(state) / 2 ** 31;
  };
}
