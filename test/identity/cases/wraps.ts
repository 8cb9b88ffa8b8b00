import { currentUser, identify, wrapAgent, wrapChain, wrapModel, wrapTool } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, byName, mark } from './tracing.ts';
import { Quota, unhandledDuring } from './unhandled.ts';

/** How wrapped functions of each kind behave. */
export function wrapCases(tracing: Tracing): void {
  describe('a wrapped function', () => {
    beforeEach(() => tracing.start());
    afterEach(() => tracing.stop());

    test('keeps this, arguments, name and length', async () => {
      const counter = {
        base: 40,
        add: wrapTool(function add(this: { base: number }, a: number, b: number) {
          return this.base + a + b;
        }),
      };
      expect(await counter.add(1, 1)).toBe(42);
      expect([counter.add.name, counter.add.length]).toEqual(['add', 2]);
    });

    const kinds: Record<
      string,
      [run: () => Promise<unknown>, span: string, kind: number, attributes: object]
    > = {
      agent: [
        () => wrapAgent(() => 1, { name: 'planner', tags: ['a', 'b'] })(),
        'invoke_agent planner',
        0,
        {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'planner',
          'userspan.tags': ['a', 'b'],
        },
      ],
      tool: [
        () => wrapTool(() => 1, { name: 'search' })(),
        'execute_tool search',
        0,
        {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'search',
          'gen_ai.tool.type': 'function',
        },
      ],
      chain: [
        () => wrapChain(() => 1, { name: 'rag', userId: 'u1', userProps: { plan: 'pro' } })(),
        'invoke_workflow rag',
        0,
        {
          'gen_ai.operation.name': 'invoke_workflow',
          'gen_ai.workflow.name': 'rag',
          'user.id': 'u1',
          'userspan.user.plan': 'pro',
        },
      ],
      model: [
        () =>
          wrapModel(async () => ({ tokens: [19, 10] }), {
            model: 'llama-3',
            provider: 'house',
            usage: (result: { tokens: number[] }) => ({
              inputTokens: result.tokens[0],
              outputTokens: result.tokens[1],
            }),
          })(),
        'chat llama-3',
        2,
        {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'house',
          'gen_ai.request.model': 'llama-3',
          'gen_ai.usage.input_tokens': 19,
          'gen_ai.usage.output_tokens': 10,
        },
      ],
      anonymous: [
        () => wrapAgent(() => 1)(),
        'invoke_agent anonymous',
        0,
        { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'anonymous' },
      ],
    };
    test.each(Object.entries(kinds))('%s', async (_, [run, name, kind, attributes]) => {
      await run();
      expect(tracing.finished().map((span) => [span.name, span.kind, span.attributes])).toEqual([
        [name, kind, attributes],
      ]);
    });

    test('a sync generator: one run, each step in its context', () => {
      const count = wrapAgent(function* count(to: number): Generator<string, string, unknown> {
        for (let i = 0; i < to; i += 1) {
          mark(tracing, `step ${i}`);
          yield String(currentUser()?.id);
        }
        return 'end';
      });
      const made = count(2).identify('u1');
      expect(tracing.finished()).toEqual([]);
      const seen = identify('reader', () => [...made]);
      expect(seen).toEqual(['u1', 'u1']);
      expect(byName(tracing)).toEqual({
        'step 0': { 'user.id': 'u1' },
        'step 1': { 'user.id': 'u1' },
        'invoke_agent count': {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'count',
          'user.id': 'u1',
        },
      });
    });

    const stream = wrapAgent(async function* stream(to: number) {
      try {
        for (let i = 0; i < to; i += 1) {
          await Promise.resolve();
          mark(tracing, `step ${i}`);
          yield i;
          if (i === 7) throw new Quota('seven');
        }
      } finally {
        mark(tracing, 'cleaned up');
      }
    });
    const leaving: Record<string, [use: () => Promise<unknown>, steps: number, type?: string]> = {
      'read to the end': [
        async () => {
          for await (const _ of stream(3).identify('u1'));
        },
        3,
      ],
      'broken off': [
        async () => {
          for await (const i of stream(9).identify('u1')) if (i === 1) break;
        },
        2,
      ],
      'left by an error of the reader': [
        async () => {
          const read = async (): Promise<void> => {
            for await (const i of stream(9).identify('u1')) if (i === 1) throw new Error('reader');
          };
          await read().catch(() => {});
        },
        2,
      ],
      'ended by its own error': [
        async () => {
          const read = async (): Promise<void> => {
            for await (const _ of stream(9).identify('u1'));
          };
          await expect(read()).rejects.toThrow('seven');
        },
        8,
        'Quota',
      ],
      'delegated to': [
        async () => {
          const outer = async function* (): AsyncGenerator<number> {
            yield* stream(2).identify('u1');
          };
          for await (const _ of outer());
        },
        2,
      ],
      'read by hand, all at once': [
        async () => {
          const run = stream(2).identify('u1');
          await Promise.all([run.next(), run.next(), run.next(), run.next()]);
        },
        2,
      ],
    };
    test.each(Object.entries(leaving))(
      'an async generator %s: one run, ended once',
      async (_, [use, steps, type]) => {
        await identify('reader', use);
        const spans = tracing.finished();
        expect(spans.map((span) => span.name)).toEqual([
          ...Array.from({ length: steps }, (_, i) => `step ${i}`),
          'cleaned up',
          'invoke_agent stream',
        ]);
        for (const span of spans) expect(span.attributes['user.id']).toBe('u1');
        expect(spans.at(-1)?.attributes['error.type']).toBe(type);
      },
    );

    test('a generator that is never read is no run', async () => {
      const run = stream(3).identify('u1');
      await run.return(undefined);
      expect(tracing.finished()).toEqual([]);
    });

    test('one rejection of an async generator is reported once when it is not handled', async () => {
      // oxlint-disable-next-line require-yield -- it throws before a yield
      const fail = wrapAgent(async function* () {
        throw new Quota('at once');
      });
      expect(await unhandledDuring(() => void fail().next())).toHaveLength(1);
      expect(
        await unhandledDuring(
          () =>
            void fail()
              .next()
              .catch(() => {}),
        ),
      ).toEqual([]);
    });

    test('a function that is none is refused at set-up', () => {
      expect(() => wrapAgent(7 as never)).toThrow('need a function');
    });
  });
}
