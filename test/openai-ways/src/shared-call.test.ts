import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { SocketGround, Talk } from './socket-ground.ts';
import { callsIn, checkBills, startSocketGround, talkOver, usersOf } from './socket-ground.ts';
import { REALTIME } from './sockets.ts';
import type { SocketKind } from './sockets.ts';

// A call that began over WebRTC or SIP may be controlled by several connections of one process, each of which receives all events.

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

const kind = REALTIME.find(({ name }) => name === 'openai7/realtime/ws') as SocketKind;
const ask = (input: string, more: object = {}): object => ({
  type: 'response.create',
  response: { instructions: `[[${input}]]`, ...more },
});
const SPEECH = {
  type: 'input_audio_buffer.append',
  audio: Buffer.from('Hello there.').toString('base64'),
};
const UPDATE = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };

let calls = 0;

/** Two connections of two users to one call. The first gets the start of the session. */
async function connectTwice(): Promise<readonly [Talk, Talk]> {
  const callID = `rtc_${String((calls += 1))}`;
  const first = await connect('u1', callID);
  await first.until('session.created');
  return [first, await connect('u2', callID)];
}

async function connect(user: string, callID: string): Promise<Talk> {
  const talk = talkOver(
    identify(user, () => kind.open(ground.clientOf(kind.major), undefined, { model: undefined, callID })),
  );
  await new Promise<void>((resolve) => {
    (talk.socket.socket as unknown as EventTarget).addEventListener('open', () => resolve());
  });
  return talk;
}

test('records each response of two connections to one call once, for the user who requested it', async () => {
  ground.instrumentation.enable();
  try {
    const [first, second] = await connectTwice();
    first.socket.send(UPDATE);
    await Promise.all([first.until('session.updated'), second.until('session.updated')]);
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

test.each([
  ['both connections receive', undefined],
  ['only the first connection receives', 1],
  ['only the second connection receives', 0],
] as const)(
  "records a response that the server starts, whose end %s, as one call of the first connection's user",
  async (_who, leaving) => {
    ground.instrumentation.enable();
    try {
      const talks = await connectTwice();
      // Either connection may get the audio events first.
      talks[1].socket.send(SPEECH);
      await Promise.all(talks.map((talk) => talk.until('response.created')));
      const staying = talks.filter((_, index) => index !== leaving);
      if (leaving !== undefined) await talks[leaving].close();
      await Promise.all(staying.map((talk) => talk.until('response.done')));
      for (const talk of staying) await talk.close();
      await expect.poll(() => ground.spans().length).toBe(3);
    } finally {
      ground.instrumentation.disable();
    }
    expect(callsIn(ground.spans()).map(({ attributes }) => attributes['user.id'])).toEqual(['u1']);
    expect(ground.server.bills).toHaveLength(1);
    checkBills(ground.spans(), ground.server.bills);
  },
);

test('records a response that both connections leave before its end as one call without a price', async () => {
  ground.instrumentation.enable();
  try {
    const [first, second] = await connectTwice();
    first.socket.send(ask('input 45; words 500; slow 5ms'));
    await first.until('response.created');
    const third = await connect('u3', `rtc_${String(calls)}`);
    // The third connection does not get the start of the session.
    await first.close();
    await second.close();
    await third.until('response.output_audio_transcript.delta');
    await third.close();
    await expect.poll(() => ground.spans().length).toBe(4);
  } finally {
    ground.instrumentation.disable();
  }
  const [call, ...others] = callsIn(ground.spans());
  expect(others).toEqual([]);
  expect(call?.attributes).toMatchObject({ 'user.id': 'u1', 'error.type': 'connection_closed' });
  await expect.poll(() => ground.server.bills.length).toBe(1);
  checkBills(ground.spans(), ground.server.bills);
});

test('uses only metadata to find the user of a response if the server also starts responses', async () => {
  ground.instrumentation.enable();
  try {
    const [first, second] = await connectTwice();
    for (const more of [{}, { metadata: { for: 'u2' } }]) {
      second.socket.send(ask('input 46', more));
      await Promise.all([first.until('response.done'), second.until('response.done')]);
    }
    await first.close();
    await second.close();
    await expect.poll(() => ground.spans().length).toBe(4);
  } finally {
    ground.instrumentation.disable();
  }
  expect(usersOf(ground.spans())).toEqual([
    ['u1', 46],
    ['u2', 46],
  ]);
  checkBills(ground.spans(), ground.server.bills);
});
