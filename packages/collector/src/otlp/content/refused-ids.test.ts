import { describe, expect, it } from 'vitest';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { RequestScreen } from './request-screen.ts';

const SECRET = 'the patient has a rare disease';
const screen = new RequestScreen({ removesContent: true });

describe('screening a request', () => {
  it('returns the same bytes if there is nothing to remove', () => {
    const request = requestOf([span(1, 1, { 'user.id': 'u1', 'gen_ai.usage.input_tokens': 1 })]);
    expect(screen.screen('traces', request).bytes).toBe(request);
  });

  it('reports the ids that are ignored, with the reason', () => {
    const ids = new RequestScreen({
      removesContent: false,
      idNames: new Map([
        ['user.id', 'user'],
        ['session.id', 'thread'],
      ]),
    });
    const request = requestOf(
      ['x'.repeat(1025), 'x'.repeat(1025), 'undefined', '[object Object]', ' ', 'u1', 'x'.repeat(1024)].map(
        (id, i) => span(1, i + 1, { 'user.id': id, 'session.id': id, 'other.id': 'undefined' }),
      ),
    );
    const { bytes, refusedIds } = ids.screen('traces', request);
    expect(bytes).toBe(request);
    expect([...refusedIds]).toEqual([
      ['user.id is longer than 1024 characters', { kind: 'user', count: 2 }],
      ['session.id is longer than 1024 characters', { kind: 'thread', count: 2 }],
      ['user.id is "undefined", which is no id', { kind: 'user', count: 1 }],
      ['user.id is "[object Object]", which is no id', { kind: 'user', count: 1 }],
      ['user.id is blank', { kind: 'user', count: 1 }],
    ]);
  });

  it('works in steps of a few spans, without mixing concurrent requests', () => {
    const ids = new RequestScreen({ removesContent: true, idNames: new Map([['user.id', 'user']]) });
    const requestWith = (id: string): Uint8Array =>
      requestOf(
        Array.from({ length: 100 }, (_, at) =>
          span(1, at + 1, { 'user.id': id, 'gen_ai.input.messages': `[{"content":"${SECRET}"}]` }),
        ),
      );
    const running = ['undefined', ' '].map((id) => ids.screenInSteps('traces', requestWith(id)));
    let steps = 0;
    const results = running.map(
      (): { readonly refused: unknown; readonly secretAt: number } | undefined => undefined,
    );
    while (results.includes(undefined)) {
      for (const [at, screening] of running.entries()) {
        const step = screening.next();
        steps += 1;
        if (step.done === true && results[at] === undefined) {
          results[at] = {
            refused: [...step.value.refusedIds],
            secretAt: Buffer.from(step.value.bytes).indexOf(SECRET),
          };
        }
      }
    }
    expect(results).toEqual([
      { refused: [['user.id is "undefined", which is no id', { kind: 'user', count: 100 }]], secretAt: -1 },
      { refused: [['user.id is blank', { kind: 'user', count: 100 }]], secretAt: -1 },
    ]);
    expect(steps).toBeGreaterThanOrEqual(12);
  });
});
