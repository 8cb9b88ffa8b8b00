import { identify } from '@userspan/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SocketGround, Talk } from './socket-ground.ts';
import { callsIn, checkBills, named, startSocketGround, talkOver } from './socket-ground.ts';
import { REALTIME, TRANSLATION } from './sockets.ts';
import type { SocketKind } from './sockets.ts';

// Sessions without responses, which transcribe or translate audio.

let ground: SocketGround;
beforeAll(async () => {
  ground = await startSocketGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.reset());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const COMPLETED = 'conversation.item.input_audio_transcription.completed';

/** The ways to create a transcription session with a model. */
interface Opening {
  readonly name: string;
  readonly fits: (kind: SocketKind) => boolean;
  readonly open: (kind: SocketKind, model: string) => Promise<Talk>;
}

const OPENINGS: readonly Opening[] = [
  {
    name: 'by the intent of its URL',
    fits: ({ name }) => name.startsWith('openai7/realtime'),
    async open(kind, model) {
      const talk = talkOver(
        kind.open(ground.clientOf(kind.major), undefined, { model: undefined, intent: 'transcription' }),
      );
      await talk.until('session.created');
      await configure(talk, model);
      return talk;
    },
  },
  {
    name: 'by its configuration',
    fits: () => true,
    async open(kind, model) {
      const talk = talkOver(kind.open(ground.clientOf(kind.major)));
      await talk.until('session.created');
      await configure(talk, model);
      return talk;
    },
  },
  {
    name: 'by the configuration of the beta',
    fits: ({ name }) => name.includes('/beta/'),
    async open(kind, model) {
      const talk = talkOver(kind.open(ground.clientOf(kind.major)));
      await talk.until('session.created');
      const session = { input_audio_transcription: { model }, turn_detection: null };
      talk.socket.send({ type: 'transcription_session.update', session });
      await talk.until('transcription_session.updated');
      return talk;
    },
  },
];

async function configure(talk: Talk, model: string): Promise<void> {
  const input = { transcription: { model }, turn_detection: null };
  talk.socket.send({ type: 'session.update', session: { type: 'transcription', audio: { input } } });
  await talk.until('session.updated');
}

function say({ socket }: Talk, text: string): void {
  socket.send({ type: 'input_audio_buffer.append', audio: base64(text) });
  socket.send({ type: 'input_audio_buffer.commit' });
}

describe.each(named(REALTIME))('%s', (_name, kind) => {
  const openings = OPENINGS.filter(({ fits }) => fits(kind)).map(
    (opening) => [opening.name, opening] as const,
  );

  test.each(openings)(
    'records each transcription of a transcription session as a call: %s',
    async (_how, opening) => {
      ground.instrumentation.enable();
      try {
        const talk = await identify('u1', () => opening.open(kind, 'gpt-4o-transcribe'));
        say(talk, 'one two three');
        await talk.until(COMPLETED);
        // A later current user does not change the user of the session.
        identify('u2', () => say(talk, 'four five'));
        await talk.until(COMPLETED);
        await talk.close();
        await expect.poll(() => ground.spans().length).toBe(3);
      } finally {
        ground.instrumentation.disable();
      }
      const calls = callsIn(ground.spans());
      expect(calls.map(({ name, attributes }) => [name, attributes['user.id']])).toEqual([
        ['transcription gpt-4o-transcribe', 'u1'],
        ['transcription gpt-4o-transcribe', 'u1'],
      ]);
      for (const { attributes } of calls) {
        expect(attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThanOrEqual(0);
      }
      expect(ground.server.bills).toHaveLength(2);
      checkBills(ground.spans(), ground.server.bills);
    },
  );

  test.each(openings)('records an interrupted transcription session: %s', async (_how, opening) => {
    ground.instrumentation.enable();
    try {
      const talk = await identify('u1', () => opening.open(kind, 'whisper-1'));
      say(talk, 'one two');
      await talk.until(COMPLETED);
      say(talk, 'cut off');
      await talk.closed;
      await expect.poll(() => ground.spans().length).toBe(3);
    } finally {
      ground.instrumentation.disable();
    }
    const [, lost] = callsIn(ground.spans());
    expect(lost?.attributes).toMatchObject({
      'user.id': 'u1',
      'error.type': 'connection_closed',
      'gen_ai.response.model': 'whisper-1',
      'userspan.cost.unpriced': expect.stringContaining('connection closed') as string,
    });
    expect(ground.server.bills).toHaveLength(2);
    checkBills(ground.spans(), ground.server.bills);
  });

  test('uses a transcription model that was changed in mid-session for audio committed afterwards', async () => {
    ground.instrumentation.enable();
    try {
      const talk = await identify('u1', () => (OPENINGS.at(1) as Opening).open(kind, 'whisper-1'));
      say(talk, 'one two');
      await talk.until(COMPLETED);
      await configure(talk, 'gpt-4o-mini-transcribe');
      say(talk, 'three four');
      await talk.until(COMPLETED);
      await talk.close();
      await expect.poll(() => ground.spans().length).toBe(3);
    } finally {
      ground.instrumentation.disable();
    }
    checkBills(ground.spans(), ground.server.bills);
    expect(ground.server.bills.map(({ model }) => model)).toEqual(['whisper-1', 'gpt-4o-mini-transcribe']);
  });
});

test('records no call for audio in a session without transcription', async () => {
  const [kind] = REALTIME;
  if (kind === undefined) return;
  ground.instrumentation.enable();
  try {
    const talk = talkOver(identify('u1', () => kind.open(ground.clientOf(kind.major))));
    await talk.until('session.created');
    talk.socket.send({ type: 'session.update', session: { audio: { input: { turn_detection: null } } } });
    await talk.until('session.updated');
    say(talk, 'one two');
    await talk.until('input_audio_buffer.committed');
    await talk.close();
    await expect.poll(() => ground.spans().length).toBe(1);
  } finally {
    ground.instrumentation.disable();
  }
  expect(callsIn(ground.spans())).toEqual([]);
});

const MODEL = 'gpt-realtime-translate';

/** The ways in which a translation session ends, with the error of its call. */
const TRANSLATIONS: readonly (readonly [
  name: string,
  model: string,
  end: (talk: Talk) => Promise<unknown>,
  error: string | undefined,
])[] = [
  [
    'finished by the app',
    MODEL,
    ({ socket }) => (socket as unknown as Finishing).finish({ timeoutMs: 5000 }),
    undefined,
  ],
  ['closed by the app', MODEL, (talk) => talk.close(), undefined],
  [
    'interrupted',
    MODEL,
    (talk) => {
      talk.socket.send({ type: 'session.input_audio_buffer.append', audio: base64('cut') });
      return talk.closed;
    },
    'connection_closed',
  ],
];

interface Finishing {
  finish(options: { readonly timeoutMs: number }): Promise<void>;
}

describe('openai7/realtime/translations/ws', () => {
  test.each(TRANSLATIONS)(
    'records a session that is %s as one call without a price, for its user',
    async (_name, model, end, error) => {
      const bare = await translated(model, end);
      ground.reset();
      ground.instrumentation.enable();
      const seen = await identify('u1', () => translated(model, end));
      await expect.poll(() => ground.spans().length).toBe(2);
      ground.instrumentation.disable();
      expect(seen).toEqual(bare);
      const [call, session] = ground.spans();
      expect(call?.name).toBe(`translation ${MODEL}`);
      expect(call?.attributes).toMatchObject({
        'user.id': 'u1',
        'gen_ai.response.model': MODEL,
        'userspan.cost.unpriced': expect.stringContaining('by the minute') as string,
      });
      expect(call?.attributes['error.type']).toBe(error);
      expect(call?.attributes['gen_ai.usage.cost']).toBeUndefined();
      expect(call?.parentSpanContext?.spanId).toBe(session?.spanContext().spanId);
    },
  );

  test('records two sessions of two users, and a session rejected by the server, which costs nothing', async () => {
    ground.instrumentation.enable();
    try {
      const talks = await Promise.all(
        ['u1', 'u2'].map((user) =>
          identify(user, async () => talkOver(await TRANSLATION.open(ground.clientOf(7), MODEL))),
        ),
      );
      for (const talk of talks) await talk.until('session.created');
      for (const talk of talks) await talk.close();
      const refused = await identify('u3', async () =>
        talkOver(await TRANSLATION.open(ground.clientOf(7), 'gpt-missing')),
      );
      await refused.closed;
      await expect.poll(() => ground.spans().length).toBe(6);
    } finally {
      ground.instrumentation.disable();
    }
    const calls = callsIn(ground.spans()).map(({ attributes }) => [
      attributes['user.id'],
      attributes['error.type'],
      attributes['userspan.cost.unpriced'] !== undefined,
    ]);
    expect(calls).toEqual([
      ['u1', undefined, true],
      ['u2', undefined, true],
      ['u3', 'connection_closed', false],
    ]);
  });
});

async function translated(model: string, end: (talk: Talk) => Promise<unknown>): Promise<unknown> {
  const talk = talkOver(await TRANSLATION.open(ground.clientOf(7), model));
  await talk.until('session.created');
  talk.socket.send({ type: 'session.input_audio_buffer.append', audio: base64('Guten Tag') });
  await talk.until('session.output_audio.delta');
  await end(talk);
  await talk.closed;
  return JSON.stringify(talk.seen).replaceAll(/RUN\d+/g, 'RUN');
}
