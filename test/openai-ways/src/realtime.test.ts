import { SpanStatusCode } from '@opentelemetry/api';
import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SocketGround, Talk } from './socket-ground.ts';
import { checkBills, startSocketGround, talkOver } from './socket-ground.ts';
import { REALTIME } from './sockets.ts';
import type { SocketKind } from './sockets.ts';

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

const ask = (instructions: string, more: object = {}): object => ({
  type: 'response.create',
  response: { instructions, ...more },
});
const audio = (text: string): object => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.from(text).toString('base64'),
});
const noDetection = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };

async function opened(kind: SocketKind, user?: string): Promise<Talk> {
  const open = (): Talk => talkOver(kind.open(ground.clientOf(kind.major)));
  const talk = user === undefined ? open() : identify(user, { plan: 'pro' }, open);
  await talk.until('session.created');
  return talk;
}

/** The kinds of conversation, with the expected calls. */
const TALKS: readonly (readonly [
  name: string,
  talk: (talk: Talk) => Promise<unknown>,
  errors: readonly (string | undefined)[],
  finish: readonly unknown[],
])[] = [
  [
    'a text',
    async ({ socket, until }) => {
      socket.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] },
      });
      socket.send(ask('Be brief.'));
      return until('response.done');
    },
    [undefined],
    [['stop']],
  ],
  [
    'audio and cached audio, two responses',
    async ({ socket, until }) => {
      socket.send(
        ask('[[input 900; audio input 800; cached 700; cached audio 600; audio output 50; words 9]]'),
      );
      await until('response.done');
      socket.send(ask('[[input 950; audio input 800; words 2]]'));
      return until('response.done');
    },
    [undefined, undefined],
    [['stop'], ['stop']],
  ],
  [
    'interrupted',
    async ({ socket, until }) => {
      socket.send(ask('[[input 90; words 500; slow 1ms]]'));
      await until('response.output_audio_transcript.delta');
      socket.send({ type: 'response.cancel' });
      return until('response.done');
    },
    [undefined],
    [['cancelled']],
  ],
  [
    'incomplete',
    async ({ socket, until }) => {
      socket.send(ask('[[input 9; incomplete]]'));
      return until('response.done');
    },
    [undefined],
    [['length']],
  ],
  [
    'another model in mid-session',
    async ({ socket, until }) => {
      socket.send(ask('[[input 9]]'));
      await until('response.done');
      socket.send({ type: 'session.update', session: { model: 'gpt-realtime-mini' } });
      socket.send(ask('[[input 9]]'));
      return until('response.done');
    },
    [undefined, undefined],
    [['stop'], ['stop']],
  ],
  [
    'audio input that is transcribed and answered automatically',
    async ({ socket, until }) => {
      const input = { transcription: { model: 'gpt-4o-transcribe' } };
      socket.send({ type: 'session.update', session: { audio: { input } } });
      await until('session.updated');
      socket.send(audio('Hello there.'));
      return until('response.done');
    },
    [undefined, undefined],
    [undefined, ['stop']],
  ],
  [
    'transcription billed by the second',
    async ({ socket, until }) => {
      const input = { transcription: { model: 'whisper-1' }, turn_detection: null };
      socket.send({ type: 'session.update', session: { audio: { input } } });
      await until('session.updated');
      socket.send(audio('Hello there'));
      socket.send({ type: 'input_audio_buffer.commit' });
      return until('conversation.item.input_audio_transcription.completed');
    },
    [undefined],
    [undefined],
  ],
];

describe.each(REALTIME.map((kind) => [kind.name, kind] as const))('%s', (_name, kind) => {
  test.each(TALKS)('%s', async (_what, run, errors, finish) => {
    const bare = await talkedOver(kind, run);
    ground.reset();
    ground.instrumentation.enable();
    const seen = await talkedOver(kind, run, 'u1').finally(() => ground.instrumentation.disable());

    // Each interruption is at a different word.
    if (!String(finish[0]).includes('cancelled')) expect(seen).toEqual(bare);
    const spans = ground.spans();
    const session = spans.at(-1);
    const calls = spans.slice(0, -1);
    expect(session?.name).toBe('invoke_workflow realtime session');
    expect(session?.status.code).toBe(SpanStatusCode.UNSET);
    expect(calls.map(({ attributes }) => attributes['error.type'])).toEqual(errors);
    expect(calls.map(({ attributes }) => attributes['gen_ai.response.finish_reasons'])).toEqual(finish);
    expect(calls).toHaveLength(ground.server.bills.length);
    checkBills(spans, ground.server.bills);
    for (const { parentSpanContext } of calls) {
      expect(parentSpanContext?.spanId).toBe(session?.spanContext().spanId);
    }
    for (const { attributes } of spans)
      expect(attributes).toMatchObject({ 'user.id': 'u1', 'userspan.user.plan': 'pro' });
  });

  test('gives an interrupted connection as the reason for the unknown cost', async () => {
    ground.instrumentation.enable();
    try {
      const talk = await opened(kind, 'u1');
      talk.socket.send(ask('[[input 90; words 50; cut after 3]]'));
      await talk.closed;
      await expect.poll(() => ground.spans().length).toBe(2);
    } finally {
      ground.instrumentation.disable();
    }
    const [call, session] = ground.spans();
    expect(call?.attributes).toMatchObject({
      'error.type': 'connection_closed',
      'userspan.cost.unpriced': expect.stringContaining('connection closed') as string,
      'user.id': 'u1',
    });
    expect(call?.attributes['gen_ai.usage.cost']).toBeUndefined();
    expect(session?.status.code).toBe(SpanStatusCode.ERROR);
    await expect.poll(() => ground.server.bills.length).toBe(1);
    checkBills(ground.spans(), ground.server.bills);
  });

  test.each([
    ['repeats', '[[input 4'],
    ['leaves out', '[[input 4; no metadata'],
  ])(
    'records complete and interrupted responses of a server that %s the metadata of a request',
    async (_what, words) => {
      ground.instrumentation.enable();
      try {
        const talk = await opened(kind, 'u1');
        talk.socket.send(noDetection);
        await talk.until('session.updated');
        const metadata = { topic: 'billing' };
        identify('u2', () => talk.socket.send(ask(`${words}]]`, { metadata })));
        await talk.until('response.done');
        identify('u3', () => talk.socket.send(ask(`${words}; words 50; cut after 3]]`, { metadata })));
        await talk.closed;
        await expect.poll(() => ground.spans().length).toBe(3);
      } finally {
        ground.instrumentation.disable();
      }
      const calls = ground.spans().slice(0, -1);
      expect(calls.map(({ attributes }) => [attributes['user.id'], attributes['error.type']])).toEqual([
        ['u2', undefined],
        ['u3', 'connection_closed'],
      ]);
    },
  );

  test('gives each response the user that the app names for it', async () => {
    ground.instrumentation.enable();
    try {
      const talk = await opened(kind, 'u1');
      talk.socket.send(noDetection);
      await talk.until('session.updated');
      talk.socket.send(ask('[[input 1]]'));
      await talk.until('response.done');
      identify('u2', () => talk.socket.send(ask('[[input 2]]')));
      await talk.until('response.done');
      talk.socket.send({ ...ask('[[input 3]]'), userId: 'u3', userProps: { plan: 'free' }, tags: ['demo'] });
      await talk.until('response.done');
      await talk.close();
    } finally {
      ground.instrumentation.disable();
    }
    const calls = ground.spans().slice(0, -1);
    expect(
      calls.map(({ attributes }) => [
        attributes['user.id'],
        attributes['gen_ai.usage.input_tokens'],
        attributes['userspan.tags'],
      ]),
    ).toEqual([
      ['u1', 1, undefined],
      ['u2', 2, undefined],
      ['u3', 3, ['demo']],
    ]);
    expect(ground.server.requests.map(({ body }) => body).join()).not.toMatch(/userId|userProps|tags/);
  });
});

async function talkedOver(
  kind: SocketKind,
  run: (talk: Talk) => Promise<unknown>,
  user?: string,
): Promise<unknown> {
  const talk = await opened(kind, user);
  await run(talk);
  await talk.close();
  // Both runs use one server, which numbers its objects.
  const seen = JSON.stringify(talk.seen).replaceAll(/RUN\d+/g, 'RUN');
  return { seen, own: Object.keys(talk.socket).toSorted() };
}
