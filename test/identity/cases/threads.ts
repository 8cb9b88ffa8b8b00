import {
  identify,
  openThread,
  resumeThread,
  setContentCapture,
  trackFeedback,
  withThread,
  wrapAgent,
} from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, byName, inSpan, listen, mark } from './tracing.ts';

const inThread = { 'session.id': 't1', 'gen_ai.conversation.id': 't1' };

/** Conversations, their messages and feedback. */
export function threadCases(tracing: Tracing): void {
  describe('a thread', () => {
    beforeEach(() => tracing.start());
    afterEach(() => {
      setContentCapture(false);
      tracing.stop();
    });

    test('is on every span below, with its user, after any await', async () => {
      const thread = openThread({ id: 't1', userId: 'u1', userProps: { plan: 'pro' }, tags: ['beta'] });
      const result = await identify('outer', { stranger: true }, () =>
        thread.run(async () => {
          await Promise.resolve();
          mark(tracing, 'work');
          await wrapAgent(() => mark(tracing, 'below'), { name: 'a', tags: ['own', 'beta'] })();
          return 42;
        }),
      );
      mark(tracing, 'after');
      const user = { 'user.id': 'u1', 'userspan.user.plan': 'pro' };
      expect(result).toBe(42);
      expect(byName(tracing)).toEqual({
        work: { ...inThread, ...user },
        below: { ...inThread, ...user },
        'invoke_agent a': {
          ...inThread,
          ...user,
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'a',
          'userspan.tags': ['own', 'beta'],
        },
        after: {},
      });
    });

    test('without a user keeps the current one', () => {
      identify('u2', () => withThread('t1', () => mark(tracing, 'work')));
      expect(byName(tracing)).toEqual({ work: { ...inThread, 'user.id': 'u2' } });
    });

    test('resumed in another request is the same thread; the nearest one counts', () => {
      withThread('far', () => resumeThread('t1').run(() => mark(tracing, 'work')));
      expect(byName(tracing)).toEqual({ work: inThread });
    });

    test('a generator of a thread keeps it', async () => {
      const generator = withThread('t1', async function* () {
        mark(tracing, 'work');
        yield 1;
      });
      for await (const _ of generator);
      expect(byName(tracing)).toEqual({ work: inThread });
    });

    test('a span that says its own conversation keeps it', () => {
      withThread('t1', () =>
        tracing.api.trace
          .getTracer('app')
          .startSpan('work', { attributes: { 'gen_ai.conversation.id': 'conv_7' } })
          .end(),
      );
      expect(byName(tracing)).toEqual({ work: { 'session.id': 't1', 'gen_ai.conversation.id': 'conv_7' } });
    });

    test('has a new id each time it is opened', () => {
      const ids = [openThread().id, openThread({}).id, openThread({ tags: ['x'] }).id];
      expect(new Set(ids).size).toBe(3);
      for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/);
    });

    test.each(['', 'x'.repeat(1025), '\uD800', {}, null, undefined, Number.NaN])(
      'a bad id is no thread: %j',
      (id) => {
        const warnings = listen(tracing);
        withThread('far', () => withThread(id as never, () => mark(tracing, 'work')));
        expect(byName(tracing)).toEqual({ work: {} });
        expect(warnings).toHaveLength(1);
      },
    );

    test('a message says where it is, and content only where content is recorded', () => {
      const thread = openThread({ id: 't1', userId: 'u1', tags: ['beta'] });
      const message = {
        role: 'user',
        content: 'secret words',
        isRetry: true,
        tags: ['first'],
        extra: { page: '/chat', nested: { n: 1 } },
        feedback: { thumb: 'up', comment: 'nice', score: 0.5 },
      } as const;
      const id = thread.trackMessage(message);
      setContentCapture(true);
      expect(thread.trackMessage({ ...message, id: 'm2', content: [{ type: 'text', text: 'hi' }] })).toBe(
        'm2',
      );
      const attributes = {
        ...inThread,
        'user.id': 'u1',
        'userspan.message.role': 'user',
        'userspan.message.is_retry': true,
        'userspan.message.extra': '{"page":"/chat","nested":{"n":1}}',
        'userspan.tags': ['first', 'beta'],
        'userspan.feedback.thumb': 'up',
        'userspan.feedback.comment': 'nice',
        'userspan.feedback.score': 0.5,
      };
      const [first, second] = tracing.finished();
      expect(id).toBe(`${first?.traceId}-${first?.spanId}`);
      expect(first?.name).toBe('userspan.message');
      expect(first?.attributes).toEqual({ ...attributes, 'userspan.message.id': id });
      expect(second?.attributes).toEqual({
        ...attributes,
        'userspan.message.id': 'm2',
        'userspan.message.content': '[{"type":"text","text":"hi"}]',
      });
    });

    test('a run goes below the message that it answers', async () => {
      const thread = openThread({ id: 't1' });
      const id = thread.trackMessage({ role: 'user', content: 'hi' });
      await thread.run(() => wrapAgent(() => 1, { name: 'a' })().setParent(id));
      const [message, run] = tracing.finished();
      expect([run?.traceId, run?.parentSpanId]).toEqual([message?.traceId, message?.spanId]);
    });

    test('an event', () => {
      inSpan(tracing, 'request', () =>
        openThread({ id: 't1' }).trackEvent('handed over', { to: 'human', at: [1, 2] }),
      );
      const [event, request] = tracing.finished();
      expect(event?.parentSpanId).toBe(request?.spanId);
      expect(event?.attributes).toEqual({
        ...inThread,
        'userspan.event.name': 'handed over',
        'userspan.event.metadata': '{"to":"human","at":[1,2]}',
      });
    });

    test('feedback on a message, a run, a span and a thread', async () => {
      const run = wrapAgent(() => 1, { name: 'a' })();
      await run;
      const at = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
      trackFeedback('m2', { thumb: 'down' });
      trackFeedback(run, { score: 4 });
      trackFeedback(at, { comment: 'so so' });
      trackFeedback(openThread({ id: 't1' }), { thumb: 'up' });
      const id = `${at.traceId}-${at.spanId}`;
      trackFeedback(id, { thumb: 'up' });
      const feedback = tracing.finished().slice(1);
      expect(feedback.map(({ name, attributes, links }) => [name, attributes, links])).toEqual([
        [
          'userspan.feedback',
          {
            'userspan.feedback.thumb': 'down',
            'userspan.feedback.target': 'message',
            'userspan.feedback.target_id': 'm2',
          },
          [],
        ],
        [
          'userspan.feedback',
          {
            'userspan.feedback.score': 4,
            'userspan.feedback.target': 'run',
            'userspan.feedback.target_id': run.id,
          },
          [run.id],
        ],
        [
          'userspan.feedback',
          {
            'userspan.feedback.comment': 'so so',
            'userspan.feedback.target': 'run',
            'userspan.feedback.target_id': id,
          },
          [id],
        ],
        [
          'userspan.feedback',
          {
            ...inThread,
            'userspan.feedback.thumb': 'up',
            'userspan.feedback.target': 'thread',
            'userspan.feedback.target_id': 't1',
          },
          [],
        ],
        [
          'userspan.feedback',
          {
            'userspan.feedback.thumb': 'up',
            'userspan.feedback.target': 'message',
            'userspan.feedback.target_id': id,
          },
          [id],
        ],
      ]);
    });

    test('what makes no sense is dropped, reported once, and never thrown', () => {
      const warnings = listen(tracing);
      const thread = openThread({ id: 't1' });
      const circular: Record<string, unknown> = {};
      circular['self'] = circular;
      expect(typeof thread.trackMessage(null as never)).toBe('string');
      expect(typeof thread.trackMessage({ role: 7 as never, tags: 'x' as never, feedback: {} })).toBe(
        'string',
      );
      thread.trackMessage({ role: 'user', id: 'm1', extra: circular });
      thread.trackEvent('', {});
      trackFeedback(undefined as never, { thumb: 'up' });
      trackFeedback('m1', { thumb: 'sideways' as never, score: Number.NaN });
      trackFeedback('m1', null as never);
      expect(openThread(null as never).id).not.toBe('');
      expect(tracing.finished().map((span) => span.attributes)).toEqual([
        { ...inThread, 'userspan.message.id': expect.any(String) },
        {
          ...inThread,
          'userspan.message.id': 'm1',
          'userspan.message.role': 'user',
          'userspan.message.extra': '{"self":"[circular]"}',
        },
      ]);
      expect(new Set(warnings).size).toBe(warnings.length);
    });

    test('without an SDK everything still runs', async () => {
      tracing.stop();
      const thread = openThread({ id: 't1' });
      expect(thread.trackMessage({ role: 'user' })).toMatch(/^[\da-f-]{36}$/);
      expect(thread.run(() => 7)).toBe(7);
      expect(await wrapAgent(() => 8)().identify('u')).toBe(8);
      expect(identify('u', () => 9)).toBe(9);
      thread.trackEvent('x');
      trackFeedback('m', { thumb: 'up' });
    });
  });
}
