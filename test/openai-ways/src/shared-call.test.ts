import { identify } from '@userspan/core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { SocketGround, Talk } from './socket-ground.ts';
import { checkBills, startSocketGround, talkOver, usersOf } from './socket-ground.ts';
import { REALTIME } from './sockets.ts';
import type { SocketKind } from './sockets.ts';

// A call that began over WebRTC or SIP may be controlled by several connections of one process, each of which receives all events.

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());

test('two connections to one call: each response once, for the user who asked for it', async () => {
  const kind = REALTIME.find(({ name }) => name === 'openai7/realtime/ws') as SocketKind;
  const ask = (input: string): object => ({
    type: 'response.create',
    response: { instructions: `[[${input}]]` },
  });
  ground.instrumentation.enable();
  try {
    const open = (user: string): Talk =>
      talkOver(
        identify(user, () =>
          kind.open(ground.clientOf(kind.major), undefined, { model: undefined, callID: 'rtc_1' }),
        ),
      );
    const first = open('u1');
    await first.until('session.created');
    const second = open('u2');
    await new Promise<void>((resolve) => {
      (second.socket.socket as unknown as EventTarget).addEventListener('open', () => resolve());
    });
    for (const [talk, user, input] of [
      [first, 'u1', 41],
      [second, 'u2', 42],
      [second, 'u3', 43],
      [first, 'u1', 44],
    ] as const) {
      identify(user, () => talk.socket.send(ask(`input ${String(input)}`)));
      await Promise.all([first.until('response.done'), second.until('response.done')]);
    }
    await first.close();
    await second.close();
    await expect.poll(() => ground.spans().length).toBe(6);
  } finally {
    ground.instrumentation.disable();
  }
  expect(usersOf(ground.spans())).toEqual([
    ['u1', 41],
    ['u2', 42],
    ['u3', 43],
    ['u1', 44],
  ]);
  checkBills(ground.spans(), ground.server.bills);
});
