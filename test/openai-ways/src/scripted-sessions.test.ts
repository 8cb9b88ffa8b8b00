import { withThread } from '@userspan/core';
import { describe, expect, test } from 'vitest';
import type { EventEmitter } from 'node:events';

import type { Event } from './scripted-server.ts';
import { usageOf, useScriptedGround } from './scripted-server.ts';
import { callsIn, named } from './socket-ground.ts';
import { LIVE, REALTIME, RESPONSES } from './sockets.ts';
import type { Socket, SocketKind } from './sockets.ts';

const scripted = useScriptedGround();
const { idOf, newSession } = scripted;

const DONE = { status: 'completed', conversation_id: 'conv_1', metadata: null, output_modalities: ['text'] };
const MODEL = { model: 'gpt-realtime' };

/** Events of a Realtime session after a request, and the input tokens of the calls. */
const ODD_EVENTS: readonly (readonly [
  name: string,
  events: () => readonly (Event | string | Buffer)[],
  inputs: readonly (number | undefined)[],
])[] = [
  [
    'a response whose events leave out its id',
    () => [
      { type: 'response.created', response: { ...DONE, status: 'in_progress' } },
      { type: 'response.done', response: { ...DONE, usage: usageOf(11) } },
    ],
    [11],
  ],
  [
    'a response whose end leaves out its id, and is then sent with it',
    () => [
      { type: 'response.created', response: { ...DONE, id: idOf('1'), status: 'in_progress' } },
      { type: 'response.done', response: { ...DONE, usage: usageOf(12) } },
      { type: 'response.done', response: { ...DONE, id: idOf('1'), usage: usageOf(12) } },
    ],
    [12],
  ],
  [
    'ends without a response, messages that are not JSON or no event, and a response twice',
    () => [
      { type: 'response.done' },
      { type: 'response.done', response: null },
      { type: 'response.done', response: [] },
      '{bad',
      Buffer.from([1, 2, 3]),
      { type: 'response.done', response: { ...DONE, id: idOf('1'), usage: usageOf(13) } },
      { type: 'response.done', response: { ...DONE, id: idOf('1'), usage: usageOf(13) } },
      { type: 'response.created', response: { ...DONE, id: idOf('1'), status: 'in_progress' } },
    ],
    [13],
  ],
  [
    'an end of eight megabytes',
    () => [
      {
        type: 'response.done',
        response: {
          ...DONE,
          id: idOf('1'),
          usage: usageOf(14),
          output: [{ type: 'message', content: [{ type: 'output_text', text: 'x'.repeat(8_000_000) }] }],
        },
      },
    ],
    [14],
  ],
];

describe.each(named(REALTIME))('%s', (_name, kind) => {
  test.each(ODD_EVENTS)('%s', async (_what, events, inputs) => {
    newSession();
    scripted.server.follow((event, { send }) => {
      if (event['type'] === 'open') send({ type: 'session.created', session: { id: 'sess_1', ...MODEL } });
      if (event['type'] === 'response.create') for (const each of events()) send(each);
    });
    const bare = await eventsOf(kind);
    scripted.ground.instrumentation.enable();
    const seen = await eventsOf(kind);
    expect(seen).toEqual(bare);
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBeGreaterThanOrEqual(inputs.length);
    const found = callsIn(scripted.ground.spans()).slice(0, inputs.length);
    expect(found.map(({ attributes }) => attributes['gen_ai.usage.input_tokens'])).toEqual(inputs);
    for (const { attributes } of found) {
      const isUnpriced = attributes['gen_ai.usage.input_tokens'] === undefined;
      expect(attributes['userspan.cost.unpriced'] !== undefined).toBe(isUnpriced);
    }
  });

  test('records each of 1,300 open responses once, with its usage, when their ends come', async () => {
    newSession();
    const ids = Array.from({ length: 1300 }, (_, index) => idOf(String(index)));
    scripted.server.follow((event, { send }) => {
      if (event['type'] === 'open') send({ type: 'session.created', session: { id: 'sess_1', ...MODEL } });
      if (event['type'] !== 'response.create') return;
      for (const id of ids) {
        send({ type: 'response.created', response: { ...DONE, id, status: 'in_progress' } });
      }
      for (const [index, id] of ids.entries()) {
        send({ type: 'response.done', response: { ...DONE, id, usage: usageOf(1000 + index) } });
      }
    });
    scripted.ground.instrumentation.enable();
    await eventsOf(kind);
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBeGreaterThanOrEqual(ids.length);
    const found = callsIn(scripted.ground.spans()).map(({ attributes }) => [
      attributes['gen_ai.response.id'],
      attributes['gen_ai.usage.input_tokens'],
      attributes['userspan.cost.unpriced'],
    ]);
    expect(found).toEqual(ids.map((id, index) => [id, 1000 + index, undefined]));
  });

  test('takes the time to the first output from a response, and not from a transcription', async () => {
    newSession();
    scripted.server.follow((event, { send }) => {
      if (event['type'] === 'open') send({ type: 'session.created', session: { id: 'sess_1', ...MODEL } });
      if (event['type'] !== 'response.create') return;
      send({ type: 'response.created', response: { ...DONE, id: idOf('1'), status: 'in_progress' } });
      send({ type: 'conversation.item.input_audio_transcription.delta', item_id: 'item_1', delta: 'x' });
      send({ type: 'response.done', response: { ...DONE, id: idOf('1'), usage: usageOf(9) } });
    });
    scripted.ground.instrumentation.enable();
    await eventsOf(kind);
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(1);
    const [call] = callsIn(scripted.ground.spans());
    expect(call?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 9 });
    expect(call?.attributes['gen_ai.response.time_to_first_chunk']).toBeUndefined();
  });

  test.each([
    ['opened outside of a thread', undefined, 'thread-2', 'thread-2'],
    ['opened in a thread', 'thread-1', undefined, 'thread-1'],
    ['opened in another thread', 'thread-1', 'thread-2', 'thread-2'],
    ['and requested outside of a thread', undefined, undefined, 'sess_1'],
  ])(
    'gives a response one thread: a session %s',
    async (_what, threadOfSession, threadOfRequest, expected) => {
      newSession();
      scripted.server.follow((event, { send }) => {
        if (event['type'] === 'open') send({ type: 'session.created', session: { id: 'sess_1', ...MODEL } });
        if (event['type'] !== 'response.create') return;
        send({
          type: 'response.done',
          response: { ...DONE, conversation_id: null, id: idOf('1'), usage: usageOf(9) },
        });
      });
      scripted.ground.instrumentation.enable();
      await eventsOf(kind, threadOfSession, threadOfRequest, { conversation: 'none' });
      await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(1);
      const [call] = callsIn(scripted.ground.spans());
      expect(call?.attributes['gen_ai.conversation.id']).toBe(expected);
      const thread = threadOfRequest ?? threadOfSession;
      expect(call?.attributes['session.id']).toBe(thread);
    },
  );
});

/** What an app receives in one session with one request. */
async function eventsOf(
  kind: SocketKind,
  threadOfSession?: string,
  threadOfRequest?: string,
  response: object = {},
): Promise<unknown[]> {
  const seen: unknown[] = [];
  const within = <T>(thread: string | undefined, run: () => T): T =>
    thread === undefined ? run() : withThread(thread, run);
  const socket = within(threadOfSession, () => kind.open(scripted.server.clientOf(kind.major)));
  socket.on('error', (error) => seen.push(`error ${String(error['message']).slice(0, 30)}`));
  const ended = new Promise<void>((resolve) => {
    socket.on('event', (event) => {
      seen.push(event['type']);
      if (event['type'] === 'session.created') {
        within(threadOfRequest, () => socket.send({ type: 'response.create', response }));
        socket.send({ type: 'bye' });
      }
      if (event['type'] === 'bye') resolve();
    });
  });
  await ended;
  socket.close();
  return seen;
}

describe.each(named([...REALTIME, ...RESPONSES, ...LIVE]))('%s', (_name, kind) => {
  test('adds no listener to the socket, and sees its end also if the app removes all listeners', async () => {
    scripted.server.follow(() => {});
    const bare = kind.open(scripted.server.clientOf(kind.major));
    scripted.ground.instrumentation.enable();
    const observed = kind.open(scripted.server.clientOf(kind.major));
    for (const socket of [bare, observed]) socket.on('error', () => {});
    expect(listenersOf(observed)).toEqual(listenersOf(bare));
    (observed.socket as unknown as Partial<EventEmitter>).removeAllListeners?.('close');
    for (const socket of [bare, observed]) socket.close();
    await expect.poll(() => scripted.ground.spans().length).toBeGreaterThan(0);
  });
});

function listenersOf({ socket }: Socket): unknown {
  const emitter = socket as unknown as Partial<EventEmitter>;
  return emitter.eventNames?.().map((name) => [name, emitter.listenerCount?.(name)]);
}
