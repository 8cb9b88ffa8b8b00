import { inspect } from 'node:util';

import { identify, wrapAgent } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, byName, inSpan, listen, mark } from './tracing.ts';
import { Quota, settled, unhandledDuring } from './unhandled.ts';

/** How a run behaves as a promise, and what it records. */
export function runCases(tracing: Tracing): void {
  describe('a run', () => {
    let starts = 0;
    const translate = wrapAgent(async function translate(text: string) {
      starts += 1;
      mark(tracing, 'work');
      await Promise.resolve();
      return `${text}!`;
    });
    const refuse = wrapAgent(async function refuse() {
      await Promise.resolve();
      throw new Quota('no more');
    });
    const ada = { 'user.id': 'user123', 'user.email': 'ada@example.com' };
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'translate' };

    beforeEach(() => {
      starts = 0;
      tracing.start();
    });
    afterEach(() => tracing.stop());

    test('as other SDKs write it', async () => {
      expect(await translate('hello').identify('user123', { email: 'ada@example.com' })).toBe('hello!');
      expect(byName(tracing)).toEqual({ 'invoke_agent translate': { ...agent, ...ada }, work: ada });
    });

    const promiseBehaviour: Record<string, () => Promise<unknown>> = {
      'awaited twice': async () => {
        const run = translate('a');
        return [await run, await run];
      },
      'in Promise.all, twice': async () => {
        const run = translate('a');
        return Promise.all([run, run]);
      },
      'in Promise.race': async () => [await Promise.race([translate('a'), new Promise(() => {})]), 'a!'],
      'in Promise.any': async () => [await Promise.any([translate('a'), refuse()]), 'a!'],
      'in Promise.allSettled': async () =>
        (await Promise.allSettled([translate('a')])).flatMap((end) => [
          end.status === 'fulfilled' && end.value,
          'a!',
        ]),
      'with then and finally': async () => {
        let after = '';
        const value = await translate('a')
          .then((text) => text)
          .finally(() => {
            after = 'a!';
          });
        return [value, after];
      },
      'returned from an async function': async () => {
        const outer = async (): Promise<string> => translate('a');
        return [await outer(), 'a!'];
      },
      'inspected and logged first': async () => {
        const run = translate('a');
        expect(inspect(run)).toBe('Promise { <pending> }');
        expect(JSON.stringify(run)).toBe('{}');
        expect(Object.prototype.toString.call(run)).toBe('[object Promise]');
        expect(Object.keys(run)).toEqual([]);
        expect(starts).toBe(0);
        return [await run, 'a!'];
      },
    };
    test.each(Object.entries(promiseBehaviour))('%s starts once', async (_, use) => {
      expect(await use()).toEqual(['a!', 'a!']);
      expect(starts).toBe(1);
      expect(byName(tracing)['invoke_agent translate']).toEqual(agent);
    });

    test('never awaited: it starts in the next microtask, and is recorded', async () => {
      void translate('a').identify('user123', { email: 'ada@example.com' });
      expect(starts).toBe(0);
      await Promise.resolve();
      expect(starts).toBe(1);
      await settled();
      expect(byName(tracing)).toEqual({ 'invoke_agent translate': { ...agent, ...ada }, work: ada });
    });

    test('it is a promise and nothing else', async () => {
      const run = translate('a');
      expect(run).toBeInstanceOf(Promise);
      expect(run.constructor).toBe(Promise);
      expect(Promise.resolve(run)).toBe(run);
      const next = run.then((text) => text);
      expect(Object.getPrototypeOf(next)).toBe(Promise.prototype);
      expect('identify' in next).toBe(false);
      await next;
    });

    test('an error is the very same error, and says no more than its type', async () => {
      const error = new Quota('the prompt was: …');
      const fail = wrapAgent(
        () => {
          throw error;
        },
        { name: 'fail' },
      );
      const caught = await fail().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(caught).toBe(error);
      expect(
        tracing.finished().map(({ name, attributes, status }) => ({ name, attributes, status })),
      ).toEqual([
        {
          name: 'invoke_agent fail',
          attributes: {
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.name': 'fail',
            'error.type': 'Quota',
          },
          status: { code: 2 },
        },
      ]);
    });

    const unhandled: Record<string, [use: () => void, times: number]> = {
      'no handler for it': [() => void refuse(), 1],
      'no handler for it, with a user': [() => void refuse().identify('u'), 1],
      'no handler for what follows': [() => void refuse().then(() => {}), 1],
      'no handler for what finally gives': [() => void refuse().finally(() => {}), 1],
      'a handler catches it': [() => void refuse().catch(() => {}), 0],
      'a handler catches it later': [
        () => {
          const run = refuse();
          void run.then(() => {}).catch(() => {});
        },
        0,
      ],
      'allSettled takes it': [() => void Promise.allSettled([refuse()]), 0],
    };
    test.each(Object.entries(unhandled))('a rejection: %s', async (_, [use, times]) => {
      const reasons = await unhandledDuring(use);
      expect(reasons).toHaveLength(times);
      for (const reason of reasons) expect(reason).toBeInstanceOf(Quota);
    });

    test('identify and setParent in any order', async () => {
      const parent = {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 1,
      };
      await translate('a').identify('user123', { email: 'ada@example.com' }).setParent(parent);
      await translate('b').setParent(parent).identify('user123', { email: 'ada@example.com' });
      const runs = tracing.finished().filter((span) => span.name === 'invoke_agent translate');
      expect(
        runs.map(({ traceId, parentSpanId, attributes }) => ({ traceId, parentSpanId, attributes })),
      ).toEqual(
        Array.from({ length: 2 }, () => ({
          traceId: parent.traceId,
          parentSpanId: parent.spanId,
          attributes: { ...agent, ...ada },
        })),
      );
    });

    test('under a run, by itself and by its id, and under an id that is no span', async () => {
      const first = translate('a');
      await first;
      await translate('b').setParent(first);
      await translate('c').setParent(first.id ?? '');
      await translate('d').setParent('message-7');
      const runs = tracing.finished().filter((span) => span.name === 'invoke_agent translate');
      const parent = runs[0]?.spanId;
      expect(first.id).toBe(`${runs[0]?.traceId}-${parent}`);
      expect(runs.map((span) => [span.parentSpanId, span.attributes['userspan.parent_id']])).toEqual([
        [undefined, undefined],
        [parent, undefined],
        [parent, undefined],
        [undefined, 'message-7'],
      ]);
    });

    test('late ones say so, once, and change nothing', async () => {
      const warnings = listen(tracing);
      const run = translate('a');
      await run;
      expect(run.identify('late')).toBe(run);
      expect(run.identify('later')).toBe(run);
      expect(run.setParent('x')).toBe(run);
      expect(warnings).toEqual([
        expect.stringContaining('run.identify() came too late'),
        expect.stringContaining('run.setParent() came too late'),
      ]);
      expect(byName(tracing)['invoke_agent translate']).toEqual(agent);
    });

    test('a bad id means no user, never the outer user', async () => {
      await identify('outer', () => translate('a').identify('', { email: 'ada@example.com' }));
      await identify('outer', () => translate('b').identify(null));
      expect(tracing.finished().map((span) => span.attributes['user.id'])).toEqual(Array(4).fill(undefined));
    });

    test('it belongs to the context of its call', async () => {
      const run = inSpan(tracing, 'outer', () => identify('outer', () => translate('a')));
      await identify('reader', () => run);
      const spans = tracing.finished();
      const outer = spans.find((span) => span.name === 'outer');
      const inner = spans.find((span) => span.name === 'invoke_agent translate');
      expect(inner?.parentSpanId).toBe(outer?.spanId);
      expect(inner?.attributes).toEqual({ ...agent, 'user.id': 'outer' });
    });
  });
}
