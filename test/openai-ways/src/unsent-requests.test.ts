import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SocketGround } from './socket-ground.ts';
import { ask, callsIn, checkBills, named, startSocketGround, talkOver, usersOf } from './socket-ground.ts';
import { REALTIME, RESPONSES } from './sockets.ts';

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

describe.each(named(RESPONSES))('%s', (_name, kind) => {
  test('a request queued before the connection was open, and lost with it, is not the one that the next response answers', async () => {
    ground.instrumentation.enable();
    try {
      const talk = talkOver(
        kind.open(ground.clientOf(kind.major), undefined, {
          reconnect: { initialDelay: 1, onReconnecting: () => ({}) },
        }),
      );
      const again = new Promise<void>((resolve) => talk.socket.on('reconnected', () => resolve()));
      identify('u1', () => talk.socket.send(ask('[[input 8; cut after 0]]')));
      await again;
      identify('u2', () => talk.socket.send(ask('input 9')));
      await expect.poll(() => callsIn(ground.spans()).length).toBe(2);
      talk.socket.close();
      await expect.poll(() => ground.spans().length).toBe(3);
    } finally {
      ground.instrumentation.disable();
    }
    expect(usersOf(ground.spans())).toEqual([
      ['u1', undefined],
      ['u2', 9],
    ]);
    expect(callsIn(ground.spans())[0]?.attributes['userspan.cost.unpriced']).toMatch(/connection closed/);
    // The app never learned the id of the lost response.
    checkBills(
      ground.spans(),
      ground.server.bills.filter(({ complete }) => complete),
    );
  });
});

/** What cannot be sent, as JSON has no form for it. */
const UNSENDABLE = 1n as unknown as number;

describe.each(named([...REALTIME, ...RESPONSES]))('%s', (_name, kind) => {
  const isRealtime = REALTIME.includes(kind);
  const create = (input: string, more: object = {}): object =>
    isRealtime
      ? { type: 'response.create', response: { instructions: `[[${input}]]`, ...more } }
      : ask(input, more);
  const end = isRealtime ? 'response.done' : 'response.completed';

  test('a request that the library could not send is not the one that the next response answers', async () => {
    ground.instrumentation.enable();
    try {
      const talk = talkOver(identify('u1', () => kind.open(ground.clientOf(kind.major))));
      if (isRealtime) await talk.until('session.created');
      talk.socket.send(create('input 21'));
      await talk.until(end);
      identify('u2', () => talk.socket.send(create('input 22', { temperature: UNSENDABLE })));
      talk.socket.send(create('input 23'));
      await talk.until(end);
      identify('u3', () => talk.socket.send(create('input 24')));
      await talk.until(end);
      await talk.close();
      await expect.poll(() => ground.spans().length).toBe(4);
    } finally {
      ground.instrumentation.disable();
    }
    expect(usersOf(ground.spans())).toEqual([
      ['u1', 21],
      ['u1', 23],
      ['u3', 24],
    ]);
    checkBills(ground.spans(), ground.server.bills);
  });
});

interface Recovering {
  on(name: 'reconnecting' | 'reconnected', listener: () => void): unknown;
  takePending(): readonly unknown[];
  flushPending(): void;
}

test.each(named(REALTIME.filter(({ name }) => name.startsWith('openai7/realtime'))))(
  '%s: what was queued while there was no connection is sent by the app, or taken back',
  async (_name, kind) => {
    const create = (input: string): object => ({
      type: 'response.create',
      response: { instructions: `[[${input}]]` },
    });
    for (const isTaken of [true, false]) {
      ground.reset();
      ground.instrumentation.enable();
      try {
        const reconnect = { initialDelay: 1, onReconnecting: () => ({}) };
        const talk = talkOver(
          identify('u1', () =>
            kind.open(ground.clientOf(kind.major), undefined, { reconnect, maxQueueBytes: 10_000 }),
          ),
        );
        const recovering = talk.socket as unknown as Recovering;
        recovering.on('reconnecting', () => identify('u2', () => talk.socket.send(create('input 32'))));
        const again = new Promise<void>((resolve) => recovering.on('reconnected', resolve));
        await talk.until('session.created');
        talk.socket.send(create('input 31; words 20; cut after 3'));
        await again;
        if (isTaken) expect(recovering.takePending()).toHaveLength(1);
        else recovering.flushPending();
        if (isTaken) talk.socket.send(create('input 33'));
        await expect.poll(() => callsIn(ground.spans()).length).toBe(2);
        if (!isTaken) {
          talk.socket.send(create('input 33'));
          await expect.poll(() => callsIn(ground.spans()).length).toBe(3);
        }
        talk.socket.close();
        await expect.poll(() => ground.spans().length).toBe(isTaken ? 3 : 4);
      } finally {
        ground.instrumentation.disable();
      }
      expect(usersOf(ground.spans())).toEqual([
        ['u1', undefined],
        ...(isTaken ? [] : [['u2', 32]]),
        ['u1', 33],
      ]);
      checkBills(ground.spans(), ground.server.bills);
    }
  },
);
