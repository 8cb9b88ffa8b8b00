import { all } from '../way.ts';
import { begun, SESSION, subagent, toolOf, TURN_USAGE, turnEvents, turnIn, UNSENT } from './agent-events.ts';
import type { JobCase, RecordedJob } from './job-case.ts';
import { body } from './job-case.ts';

const SEARCH = { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'Oslo' } };

const TURN_SPAN: RecordedJob = {
  name: 'chat gpt-4o-mini',
  isBelow: true,
  input: 1000,
  output: 200,
  cached: 400,
  usd: 0.00024,
};

const LONG = { ttl: '12h' } as const;
const SHORT = { ttl: '30m' } as const;
const { usd: _, ...UNPRICED_TURN } = TURN_SPAN;
const LONG_TURN: RecordedJob = { ...UNPRICED_TURN, unpriced: '12-hour cache writes, whose count is absent' };

/** Decisions and sessions of agents. */
export const AGENT_CASES: readonly JobCase[] = [
  {
    name: 'decisions',
    since: 7,
    answers: [body({ answers: [], model: 'gpt-4o-mini', usage: TURN_USAGE })],
    run: ({ decisions }) => decisions.create({ model: 'gpt-4o-mini', input: 'Hello', questions: [] }),
    spans: [{ name: 'chat gpt-4o-mini', input: 1000, output: 200, cached: 400, usd: 0.00024 }],
  },
  {
    name: 'events of an agent: a call for each turn',
    since: 7,
    answers: [{ events: turnEvents('turn_1', 'turn_2') }],
    run: async ({ beta }) => all(await beta.agents.sessions.events.stream('asess_1')),
    spans: [
      { ...TURN_SPAN, id: 'turn_1' },
      { ...TURN_SPAN, id: 'turn_2' },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'web searches of a turn, which its usage does not count',
    since: 7,
    answers: [
      {
        events: [
          toolOf('turn_8', { ...SEARCH, id: 's1' }),
          toolOf('turn_9', { ...SEARCH, id: 's2' }),
          toolOf('turn_8', { ...SEARCH, id: 's3' }),
          toolOf('turn_8', { ...SEARCH, id: 's4', action: { type: 'open_page', url: 'https://oslo.no' } }),
          toolOf('turn_8', { ...SEARCH, id: 's5', status: 'failed' }),
          toolOf('turn_8', { type: 'function_call', id: 'f1', name: 'look' }),
          ...turnEvents('turn_8', 'turn_9'),
        ],
      },
    ],
    run: async ({ beta }) => all(await beta.agents.sessions.events.stream('asess_1')),
    spans: [
      // 2 and 1 at $10 per thousand
      { ...TURN_SPAN, id: 'turn_8', usd: 0.02024 },
      { ...TURN_SPAN, id: 'turn_9', usd: 0.01024 },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'a turn with a search and no usage',
    since: 7,
    answers: [
      {
        events: [
          ...turnEvents(),
          toolOf('turn_10', SEARCH),
          {
            type: 'agent.session.turn.completed',
            event_id: 'e_turn_10',
            session_id: 'asess_1',
            turn_id: 'turn_10',
            turn: { id: 'turn_10', status: 'completed', usage: null },
            usage: null,
          },
        ],
      },
    ],
    run: async ({ beta }) => all(await beta.agents.sessions.events.stream('asess_1')),
    spans: [
      { name: 'chat gpt-4o-mini', isBelow: true, id: 'turn_10', unpriced: 'no usage' },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'a turn in a session that exists: its model is the one of the session that was read',
    since: 7,
    answers: [
      body({ ...SESSION, id: 'asess_2', status: 'idle' }),
      { events: turnIn('asess_2', 'turn_3') },
      body({}),
    ],
    run: ({ beta }) => all(beta.agents.sessions.stream('asess_2', { input: 'Hello' })),
    spans: [
      { name: 'invoke_agent', unpriced: 'event stream' },
      { ...TURN_SPAN, id: 'turn_3' },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'a turn in a session that was created without a stream',
    since: 7,
    answers: [body({ ...SESSION, id: 'asess_3' }), { events: turnIn('asess_3', 'turn_4') }],
    run: async ({ beta }) => [
      await beta.agents.sessions.create({ agent: { model: 'gpt-4o-mini' }, environment: { type: 'none' } }),
      await all(await beta.agents.sessions.events.stream('asess_3')),
    ],
    spans: [
      { name: 'invoke_agent', id: 'asess_3', unpriced: 'no usage' },
      { ...TURN_SPAN, id: 'turn_4' },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'a session that nothing told the model of',
    since: 7,
    answers: [{ events: turnIn('asess_4', 'turn_5') }],
    run: async ({ beta }) => all(await beta.agents.sessions.events.stream('asess_4')),
    spans: [
      {
        name: 'chat',
        isBelow: true,
        id: 'turn_5',
        input: 1000,
        output: 200,
        cached: 400,
        unpriced: 'no model',
      },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'a stream that is cut in the middle of a turn, and another one that reports its end',
    since: 7,
    answers: [
      { events: [...turnEvents('turn_20'), ...begun('turn_21'), UNSENT], cutAfter: 4 },
      {
        events: [
          ...begun('turn_21').slice(1),
          ...turnEvents('turn_21').slice(1),
          ...begun('turn_22'),
          UNSENT,
        ],
        cutAfter: 4,
      },
      { events: [...begun('turn_22'), ...turnEvents('turn_20', 'turn_21').slice(1)] },
    ],
    run: async ({ beta }) => {
      const { events } = beta.agents.sessions;
      const cut = async (): Promise<unknown> =>
        all(await events.stream('asess_1')).catch((error: unknown) => (error as Error).name);
      return [await cut(), await cut(), await all(await events.stream('asess_1'))];
    },
    spans: [
      { ...TURN_SPAN, id: 'turn_20' },
      { name: 'chat gpt-4o-mini', isBelow: true, id: 'turn_21', unpriced: 'stream ended before' },
      { name: 'invoke_agent', id: 'asess_1', error: 'TypeError' },
      { ...TURN_SPAN, id: 'turn_21' },
      { name: 'chat gpt-4o-mini', isBelow: true, id: 'turn_22', unpriced: 'stream ended before' },
      { name: 'invoke_agent', error: 'TypeError' },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'subagents: one whose turn is reported, and one whose usage is not',
    since: 7,
    answers: [
      {
        events: [
          ...turnEvents(),
          subagent('created', 'sub_1'),
          subagent('active', 'sub_1'),
          subagent('created', 'sub_2'),
          {
            type: 'agent.session.turn.completed',
            event_id: 'e_sub',
            session_id: 'asess_1',
            turn_id: 'turn_6',
            turn: { id: 'turn_6', status: 'completed', subagent_id: 'sub_1', usage: TURN_USAGE },
            usage: null,
          },
          ...turnEvents('turn_7'),
        ],
      },
    ],
    run: async ({ beta }) => all(await beta.agents.sessions.events.stream('asess_1')),
    spans: [
      { name: 'chat', isBelow: true, unpriced: 'subagent' },
      { ...TURN_SPAN, id: 'turn_6' },
      { ...TURN_SPAN, id: 'turn_7' },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'turns whose cache is kept for 12 hours: writes for so long have a price of their own, and are not counted',
    since: 7,
    answers: [
      body({ ...SESSION, id: 'asess_5', prompt_cache_options: LONG }),
      {
        events: [
          ...turnIn('asess_5', 'turn_11'),
          ...turnIn('asess_5', 'turn_12', { prompt_cache_options: SHORT }),
        ],
      },
      body({ ...SESSION, id: 'asess_6' }),
      { events: turnIn('asess_6', 'turn_13') },
      body({ ...SESSION, id: 'asess_7' }),
      {
        events: [
          ...turnIn('asess_7', 'turn_14', { prompt_cache_options: LONG }),
          ...turnIn('asess_7', 'turn_15'),
        ],
      },
    ],
    run: async ({ beta }) => {
      const { sessions } = beta.agents;
      const agent = { agent: { model: 'gpt-4o-mini' }, environment: { type: 'none' } } as const;
      return [
        await sessions.create(agent),
        await all(await sessions.events.stream('asess_5')),
        await sessions.create({ ...agent, prompt_cache_options: LONG }),
        await all(await sessions.events.stream('asess_6')),
        await sessions.create(agent),
        await all(await sessions.events.stream('asess_7')),
      ];
    },
    spans: [
      { name: 'invoke_agent', id: 'asess_5', unpriced: 'no usage' },
      { ...LONG_TURN, id: 'turn_11' },
      { ...TURN_SPAN, id: 'turn_12' },
      { name: 'invoke_agent' },
      { name: 'invoke_agent', id: 'asess_6', unpriced: 'no usage' },
      { ...LONG_TURN, id: 'turn_13' },
      { name: 'invoke_agent' },
      { name: 'invoke_agent', id: 'asess_7', unpriced: 'no usage' },
      { ...LONG_TURN, id: 'turn_14' },
      { ...TURN_SPAN, id: 'turn_15' },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'input for an agent whose events are not read',
    since: 7,
    answers: [body({})],
    run: ({ beta }) => beta.agents.sessions.events.create('asess_1', { events: [] }),
    spans: [{ name: 'invoke_agent', unpriced: 'event stream' }],
  },
];
