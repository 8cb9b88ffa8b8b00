import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SocketGround, Talk } from './socket-ground.ts';
import { ask, callsIn, checkBills, named, startSocketGround, talkOver, usersOf } from './socket-ground.ts';
import { REALTIME, RESPONSES } from './sockets.ts';

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

describe.each(named(RESPONSES))('%s', (_name, kind) => {
  test('does not match the next response to a request that was queued before the connection opened and lost with it', async () => {
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
    // The app never received the id of the lost response.
    checkBills(
      ground.spans(),
      ground.server.bills.filter(({ complete }) => complete),
    );
  });
});

/** Values that cannot be sent because JSON cannot represent them. */
const UNSENDABLE = 1n as unknown as number;

describe.each(named([...REALTIME, ...RESPONSES]))('%s', (_name, kind) => {
  const isRealtime = REALTIME.includes(kind);
  const create = (input: string, more: object = {}): object =>
    isRealtime
      ? { type: 'response.create', response: { instructions: `[[${input}]]`, ...more } }
      : ask(input, more);
  const end = isRealtime ? 'response.done' : 'response.completed';

  test('does not match the next response to a request that the library could not send', async () => {
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

/** The socket under the library's adapter. */
interface Transport {
  send(data: string): void;
  terminate(): void;
}

describe.each(named(RESPONSES))('%s: a queue that is sent in part', (_name, kind) => {
  const RECONNECTING = { reconnect: { initialDelay: 1, onReconnecting: () => ({}) } };

  /** Queues three requests of three users. The transport handles the first differently. */
  function openWith(first: (transport: Transport, send: () => void) => void): Talk {
    const talk = talkOver(
      identify('u0', () => kind.open(ground.clientOf(kind.major), undefined, RECONNECTING)),
    );
    const { platformSocket } = talk.socket.socket as unknown as { readonly platformSocket: Transport };
    const send = platformSocket.send.bind(platformSocket);
    let count = 0;
    platformSocket.send = (data) => {
      count += 1;
      if (count === 1) first(platformSocket, () => send(data));
      else send(data);
    };
    for (const number of [1, 2, 3]) {
      identify(`u${String(number)}`, () => talk.socket.send(ask(`input 4${String(number)}`)));
    }
    return talk;
  }

  /** Whether each response belongs to the user whose request it answers. */
  function expectOwnUsers(): void {
    for (const [user, input] of usersOf(ground.spans()) as readonly (readonly [
      string,
      number | undefined,
    ])[]) {
      if (input !== undefined) expect(user).toBe(`u${String(input - 40)}`);
    }
  }

  test('keeps the users of later requests after the transport throws', async () => {
    ground.instrumentation.enable();
    try {
      const talk = openWith(() => {
        throw new Error('no room');
      });
      await expect.poll(() => talk.seen).toContain('error');
      // openai 7 drops requests that it could not send, and sends the others first. openai 6 keeps all until it reconnects.
      identify('u4', () => talk.socket.send(ask('input 44')));
      const isKept = kind.major === 6;
      await expect.poll(() => callsIn(ground.spans()).length).toBe(isKept ? 1 : 3);
      (talk.socket.socket as unknown as { platformSocket: Transport }).platformSocket.terminate();
      if (isKept) await expect.poll(() => callsIn(ground.spans()).length).toBe(4);
      talk.socket.close();
      await expect.poll(() => ground.spans().length).toBe(isKept ? 5 : 4);
    } finally {
      ground.instrumentation.disable();
    }
    expectOwnUsers();
    expect(ground.server.bills).toHaveLength(kind.major === 6 ? 4 : 3);
    checkBills(ground.spans(), ground.server.bills);
  });

  test('marks only sent requests as possibly billed after a lost connection', async () => {
    ground.instrumentation.enable();
    try {
      const talk = openWith((transport, send) => {
        send();
        transport.terminate();
      });
      const again = new Promise<void>((resolve) => talk.socket.on('reconnected', () => resolve()));
      await again;
      identify('u4', () => talk.socket.send(ask('input 44')));
      // openai 7 keeps the other two for the next connection, openai 6 loses them.
      const count = kind.major === 6 ? 2 : 4;
      await expect.poll(() => callsIn(ground.spans()).length).toBe(count);
      talk.socket.close();
      await expect.poll(() => ground.spans().length).toBe(count + 1);
    } finally {
      ground.instrumentation.disable();
    }
    expectOwnUsers();
    const [lost] = callsIn(ground.spans());
    expect(lost?.attributes).toMatchObject({ 'user.id': 'u1', 'error.type': 'connection_closed' });
    checkBills(
      ground.spans(),
      ground.server.bills.filter(({ complete }) => complete),
    );
  });
});

interface Recovering {
  on(name: 'reconnecting' | 'reconnected', listener: () => void): unknown;
  takePending(): readonly unknown[];
  flushPending(): void;
}

test.each(named(REALTIME.filter(({ name }) => name.startsWith('openai7/realtime'))))(
  '%s: handles requests that were queued without a connection and then sent or removed by the app',
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
