import type { Attributes, Context } from '@opentelemetry/api';
import { identify } from '@userspan/core';
import { observeOpenAI } from '@userspan/openai';
import { expect, test } from 'vitest';

import type { TelemetryGround } from './telemetry-ground.ts';
import { all, chat, streamed } from './way.ts';

/** The user of a call in different contexts. */
export function identityCases(ground: TelemetryGround): void {
  test('a user of the context', async () => {
    ground.instrument();
    await identify('ctx', { name: 'Context' }, () => ground.client.chat.completions.create(chat('Hello')));
    // The processor writes the user on the span; the instrumentation does not.
    expect(users(ground.only().attributes)).toEqual({});
  });

  test.each([
    ['a user without props', { user: 'call' }, { 'user.id': 'call' }],
    [
      'a user with props',
      { user: 'call', userProps: { email: 'a@b.c' } },
      { 'user.id': 'call', 'user.email': 'a@b.c' },
    ],
    ['user before safety_identifier', { user: 'call', safety_identifier: 'hash' }, { 'user.id': 'call' }],
    ['safety_identifier', { safety_identifier: 'hash' }, { 'user.id': 'hash' }],
    ['props without a user name no user', { userProps: { name: 'x' } }, {}],
    ['an empty user names no user', { user: '' }, {}],
    ['a user that is no text names no user', { user: 7 }, {}],
    ['a user that is too long names no user', { user: 'x'.repeat(10_000) }, {}],
    ['a lone surrogate names no user', { user: 'a\uD800b' }, {}],
    [
      'props that cannot be kept',
      { user: 'call', userProps: { ok: 1, nan: Number.NaN, deep: { a: 1 }, fn: () => 1, nothing: null } },
      { 'user.id': 'call', 'userspan.user.ok': 1 },
    ],
    [
      'hostile props',
      { user: 'call', userProps: JSON.parse('{"__proto__":"x","a":"line\\r\\nbreak"}') as unknown },
      { 'user.id': 'call', 'userspan.user.a': 'line\r\nbreak' },
    ],
  ])('%s, inside the scope of another', async (_name, stated, expected) => {
    ground.instrument();
    await identify('ctx', { name: 'Context', plan: 'pro' }, () =>
      ground.client.chat.completions.create(chat('Hello', stated)).catch(() => {}),
    );
    expect(users(ground.only().attributes)).toEqual(expected);
    const [request] = ground.server.requests;
    expect(request?.body).not.toMatch(/userProps|tags/);
  });

  test('the request runs below the span, without a user in its baggage', async () => {
    ground.instrument();
    const { api } = ground.telemetry;
    let inside: Context | undefined;
    const spying = new ground.OpenAI({
      apiKey: 'sk-test',
      baseURL: ground.server.url,
      fetch: (url: string | URL | Request, init?: RequestInit) => {
        inside = api.context.active();
        return fetch(url, init);
      },
    });
    const tracer = api.trace.getTracer('app');
    await tracer.startActiveSpan('parent', async (parent) => {
      await identify('ctx', { name: 'Context' }, () =>
        spying.chat.completions.create(chat('Hello', { user: 'call', userProps: { name: 'Call' } })),
      );
      parent.end();
    });
    const [call, parent] = ground.finished();
    expect(call?.parentSpanId).toBe(parent?.spanId);
    const active = inside ?? api.ROOT_CONTEXT;
    expect(api.trace.getSpanContext(active)?.spanId).toBe(call?.spanId);
    expect(api.propagation.getBaggage(active)?.getAllEntries() ?? []).toEqual([]);
  });

  test('after the call the context is the caller’s again', async () => {
    ground.instrument();
    const { api } = ground.telemetry;
    await api.trace.getTracer('app').startActiveSpan('parent', async (parent) => {
      const promise = ground.client.chat.completions.create(streamed('Hello'));
      expect(api.trace.getActiveSpan()).toBe(parent);
      for await (const _ of await promise) expect(api.trace.getActiveSpan()).toBe(parent);
      parent.end();
    });
  });

  test('an unsampled call: nothing recorded, nothing asked for, the body still cleaned', async () => {
    ground.telemetry.stop();
    ground.telemetry.start({ isSampled: false });
    ground.instrument();
    const answer = await ground.client.chat.completions.create(
      chat('Hello', { user: 'u', userProps: { a: 1 } }),
    );
    const chunks = await all(await ground.client.chat.completions.create(streamed('Hello')));
    expect(answer.choices).toHaveLength(1);
    expect(chunks.length).toBeGreaterThan(2);
    expect(ground.finished()).toEqual([]);
    expect(ground.server.requests.map(({ body }) => body).join()).not.toMatch(/userProps|include_usage/);
  });

  test('a client of its own', async () => {
    const mine = observeOpenAI(new ground.OpenAI({ apiKey: 'sk-test', baseURL: ground.server.url }), {
      userId: 'client',
      userProps: { plan: 'pro' },
    });
    expect(Object.keys(mine)).toEqual(Object.keys(ground.client));
    await mine.chat.completions.create(chat('Hello'));
    await mine.chat.completions.create(chat('Hello', { user: 'call' }));
    await ground.client.chat.completions.create(chat('Hello'));
    expect(ground.finished().map(({ attributes }) => users(attributes))).toEqual([
      { 'user.id': 'client', 'userspan.user.plan': 'pro' },
      { 'user.id': 'call' },
    ]);
  });
}

function users(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => /^user(span\.user)?\./.test(name)));
}
