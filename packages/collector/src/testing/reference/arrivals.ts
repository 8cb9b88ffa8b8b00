import { call, NOON_MS, user } from '../trace-of.ts';
import type { TestSpan } from '../trace-of.ts';

/** A short form of the list of users. */
export type Short = Readonly<Record<string, readonly [calls: number, cost: string | null]>>;

/** Spans in an order of arrival, with the users to whom they must be attributed. */
export interface Arrival {
  readonly name: string;
  /** Batches in the order of their arrival. */
  readonly batches: readonly (readonly TestSpan[])[];
  readonly users: Short;
  readonly unattributed?: number;
}

export const ARRIVALS: readonly Arrival[] = [
  {
    name: 'own user',
    batches: [[{ id: 1, attributes: { ...call(), ...user('a') } }]],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'the user comes with a parent that arrives later',
    batches: [[{ id: 2, parent: 1, attributes: call() }], [{ id: 1, attributes: user('a') }]],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'a nearer ancestor that arrives late wins',
    batches: [
      [
        { id: 3, parent: 2, attributes: call() },
        { id: 1, attributes: user('far') },
      ],
      [{ id: 2, parent: 1, attributes: user('near') }],
    ],
    users: { near: [1, '0.25'], far: [0, '0'] },
  },
  {
    name: 'the only user of the trace is taken back when a second appears',
    batches: [
      [
        { id: 1, attributes: call() },
        { id: 2, attributes: user('a') },
      ],
      [{ id: 3, attributes: user('b') }],
    ],
    users: { a: [0, '0'], b: [0, '0'] },
    unattributed: 1,
  },
  {
    name: 'the same span in two batches counts once',
    batches: [
      [{ id: 1, attributes: { ...call(), ...user('a') } }],
      [{ id: 1, attributes: { ...call(), ...user('a') } }],
    ],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'the same span twice in one batch counts once',
    batches: [
      [
        { id: 1, attributes: { ...call(), ...user('a') } },
        { id: 1, attributes: { ...call(), ...user('a') } },
      ],
    ],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'a wrapper counts until the call below it arrives',
    batches: [
      [{ id: 1, attributes: { ...call({ 'gen_ai.operation.name': 'invoke_agent' }), ...user('a') } }],
      [{ id: 2, parent: 1, attributes: call() }],
    ],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'two instrumentations of one request meet by its response id',
    batches: [
      [{ id: 1, attributes: { ...call({ 'gen_ai.response.id': 'r1' }), ...user('a') }, scope: 'one' }],
      [{ id: 2, parent: 1, attributes: call({ 'gen_ai.response.id': 'r1' }), scope: 'two' }],
    ],
    users: { a: [1, '0.25'] },
  },
  {
    name: 'a user whose calls are all unpriced has no cost',
    batches: [
      [
        {
          id: 1,
          attributes: {
            ...user('a'),
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'no-such-model',
            'gen_ai.usage.input_tokens': 3,
          },
        },
      ],
    ],
    users: { a: [1, null] },
  },
  {
    name: 'a claimed user gives way to a verified one',
    batches: [
      [
        { id: 1, attributes: user('claims'), claimed: true },
        { id: 2, parent: 1, attributes: call() },
      ],
      [{ id: 3, attributes: user('knows') }],
    ],
    users: { knows: [1, '0.25'], claims: [0, '0'] },
  },
  {
    name: 'money adds up to the last digit',
    batches: [
      [
        { id: 1, attributes: { ...call({ 'gen_ai.usage.cost': 0.1 }), ...user('a') } },
        { id: 2, attributes: { ...call({ 'gen_ai.usage.cost': 0.2 }), ...user('a') } },
        { id: 3, attributes: { ...call({ 'gen_ai.usage.cost': 1e-12 }), ...user('a') } },
      ],
    ],
    users: { a: [3, '0.300000000001'] },
  },
  {
    name: 'times that cannot be',
    batches: [
      [
        { id: 1, trace: 1, atMs: -NOON_MS, attributes: { ...call(), ...user('a') } },
        { id: 2, trace: 2, atMs: 9e12, attributes: { ...call(), ...user('a') } },
      ],
    ],
    users: { a: [2, '0.5'] },
  },
  {
    name: 'ids of every kind are kept whole',
    batches: [
      [
        { id: 1, trace: 1, attributes: { ...call(), ...user("o'hara\\' OR 1=1 --") } },
        { id: 2, trace: 2, attributes: { ...call(), ...user('tab\tline\nnul\0end\r') } },
        { id: 3, trace: 3, attributes: { ...call(), ...user('__proto__') } },
        { id: 4, trace: 4, attributes: { ...call(), ...user('{p0:String}🙂') } },
        { id: 5, trace: 5, attributes: { ...call(), ...user('\\N') } },
      ],
    ],
    users: Object.fromEntries([
      ["o'hara\\' OR 1=1 --", [1, '0.25']],
      ['tab\tline\nnul\0end\r', [1, '0.25']],
      ['__proto__', [1, '0.25']],
      ['{p0:String}🙂', [1, '0.25']],
      ['\\N', [1, '0.25']],
    ]) as Short,
  },
];
