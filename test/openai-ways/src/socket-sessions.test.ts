import { identify, withThread } from '@userspan/core';
import { observeRealtime } from '@userspan/openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SocketGround } from './socket-ground.ts';
import { ask, callsIn, checkBills, named, startSocketGround, talkOver, usersOf } from './socket-ground.ts';
import { LIVE, REALTIME, RESPONSES } from './sockets.ts';

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

describe.each(named(RESPONSES))('%s', (_name, kind) => {
  test('records several users, messages queued before the connection is open, and a rejected request on one connection', async () => {
    ground.instrumentation.enable();
    try {
      const talk = talkOver(identify('u1', () => kind.open(ground.clientOf(kind.major))));
      // The library queues this message until the connection is open.
      talk.socket.send(ask('input 11'));
      identify('u2', () => talk.socket.send(ask('input 12; cached 2; reasoning 3')));
      await talk.until('response.completed');
      await talk.until('response.completed');
      talk.socket.send(ask('input 13', { user: 'u3', userProps: { plan: 'pro' }, tags: ['a'] }));
      talk.socket.send(ask('Hello', { model: 'gpt-missing' }));
      await talk.until('response.completed');
      await talk.until('error');
      talk.socket.send(ask('input 14; incomplete'));
      await talk.until('response.incomplete');
      await talk.close();
      await expect.poll(() => ground.spans().length).toBe(6);
    } finally {
      ground.instrumentation.disable();
    }
    expect(usersOf(ground.spans())).toEqual([
      ['u1', 11],
      ['u2', 12],
      ['u3', 13],
      ['u1', undefined],
      ['u1', 14],
    ]);
    expect(callsIn(ground.spans()).map(({ attributes }) => attributes['error.type'])).toEqual([
      undefined,
      undefined,
      undefined,
      'model_not_found',
      undefined,
    ]);
    checkBills(ground.spans(), ground.server.bills);
    expect(ground.server.bills).toHaveLength(4);
    expect(ground.server.requests.map(({ body }) => body).join()).not.toMatch(/userProps|tags/);
  });

  test('continues the session after a lost connection reconnects, with unknown usage for open responses', async () => {
    ground.instrumentation.enable();
    try {
      const talk = talkOver(
        identify('u1', () =>
          kind.open(ground.clientOf(kind.major), undefined, {
            reconnect: { initialDelay: 1, onReconnecting: () => ({}) },
          }),
        ),
      );
      talk.socket.send(ask('input 5'));
      await talk.until('response.completed');
      const again = new Promise<void>((resolve) => talk.socket.on('reconnected', () => resolve()));
      talk.socket.send(ask('[[input 6; words 20; cut after 6]]'));
      await again;
      talk.socket.send(ask('input 7'));
      await expect.poll(() => callsIn(ground.spans()).length).toBe(3);
      talk.socket.close();
      await expect.poll(() => ground.spans().length).toBe(4);
    } finally {
      ground.instrumentation.disable();
    }
    expect(usersOf(ground.spans())).toEqual([
      ['u1', 5],
      ['u1', undefined],
      ['u1', 7],
    ]);
    checkBills(ground.spans(), ground.server.bills);
  });
});

test.each(named(LIVE))(
  '%s: records the seconds of a session as one call, from the final total',
  async (_name, kind) => {
    ground.instrumentation.enable();
    try {
      const talk = talkOver(identify('u1', () => kind.open(ground.clientOf(kind.major))));
      await talk.until('session.started');
      talk.socket.send({ type: 'session.input_audio.append', audio: '' });
      talk.socket.send({ type: 'session.input_audio.append', audio: '' });
      talk.socket.send({ type: 'session.close' });
      await talk.until('session.closed');
      await expect.poll(() => ground.spans().length).toBe(2);
    } finally {
      ground.instrumentation.disable();
    }
    const [call] = ground.spans();
    expect(call?.attributes).toMatchObject({
      'user.id': 'u1',
      'gen_ai.response.model': 'gpt-live-1',
      'userspan.usage.seconds': 20,
      'userspan.cost.unpriced': expect.any(String) as string,
    });
  },
);

test('records a session with observeRealtime once, for the given user, without instrumentation', async () => {
  for (const kind of REALTIME) {
    const socket = observeRealtime(kind.open(ground.clientOf(kind.major)), { userId: 'u7' });
    const talk = talkOver(observeRealtime(socket));
    await talk.until('session.created');
    talk.socket.send({ type: 'response.create', response: { instructions: '[[input 3]]' } });
    await talk.until('response.done');
    await talk.close();
  }
  await expect.poll(() => ground.spans().length).toBe(2 * REALTIME.length);
  expect(usersOf(ground.spans())).toEqual(REALTIME.map(() => ['u7', 3]));
  checkBills(ground.spans(), ground.server.bills);
  expect(() => observeRealtime({})).toThrow(/observeRealtime\(new OpenAIRealtimeWS/);
});

test('assigns a session inside a thread to that thread', async () => {
  const [kind] = REALTIME;
  if (kind === undefined) return;
  ground.instrumentation.enable();
  try {
    const talk = talkOver(withThread('thread-1', () => kind.open(ground.clientOf(kind.major))));
    await talk.until('session.created');
    talk.socket.send({ type: 'response.create' });
    await talk.until('response.done');
    await talk.close();
    await expect.poll(() => ground.spans().length).toBe(2);
  } finally {
    ground.instrumentation.disable();
  }
  for (const { attributes } of ground.spans()) {
    expect(attributes).toMatchObject({ 'gen_ai.conversation.id': 'thread-1', 'session.id': 'thread-1' });
  }
});
