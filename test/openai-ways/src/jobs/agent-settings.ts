import { all } from '../way.ts';
import { SESSION, subagent, toolOf, TURN_USAGE, turnIn } from './agent-events.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body } from './job-case.ts';

const TURN: RecordedJob = { name: 'chat gpt-4o-mini', isBelow: true, input: 1000, output: 200, cached: 400 };
/** 600 × $0.15 + 400 × $0.075 + 200 × $0.60 per million */
const STANDARD = { ...TURN, usd: 0.00024 };
/** 600 × $0.25 + 400 × $0.125 + 200 × $1.00 per million */
const PRIORITY = { ...TURN, usd: 0.0004 };
/** 600 × $2.50 + 400 × $1.25 + 200 × $10.00 per million */
const LARGER = { ...TURN, name: 'chat gpt-4o', usd: 0.004 };

function session(id: string, agent: Fields): Fields {
  return { ...SESSION, id, agent: { model: 'gpt-4o-mini', ...agent } };
}

const created = (id: string, agent: Fields): Fields => ({
  type: 'agent.session.created',
  event_id: `e_${id}`,
  session_id: id,
  session: session(id, agent),
});

/** The turn of a subagent, with a usage of its own. */
function subagentTurn(id: string, subagentId: string): Fields {
  return {
    type: 'agent.session.turn.completed',
    event_id: `e_${id}`,
    session_id: 'asess_1',
    turn_id: id,
    turn: { id, status: 'completed', subagent_id: subagentId, usage: TURN_USAGE },
    usage: null,
  };
}

const read =
  (id: string): JobCase['run'] =>
  async ({ beta }) =>
    all(await beta.agents.sessions.events.stream(id));

/** Settings of an agent's session that decide what its turns cost. */
export const AGENT_SETTING_CASES: readonly JobCase[] = [
  {
    name: 'turns in the service tier of their session',
    since: 7,
    answers: [
      {
        events: [created('asess_20', { service_tier: 'priority' }), ...turnIn('asess_20', 'turn_30')],
      },
    ],
    run: read('asess_20'),
    spans: [
      { ...PRIORITY, id: 'turn_30' },
      { name: 'invoke_agent', id: 'asess_20' },
    ],
  },
  {
    name: 'a turn in a service tier without a price',
    since: 7,
    answers: [
      { events: [created('asess_21', { service_tier: 'ultrafast' }), ...turnIn('asess_21', 'turn_31')] },
    ],
    run: read('asess_21'),
    spans: [
      { ...TURN, id: 'turn_31', unpriced: 'ultrafast' },
      { name: 'invoke_agent', id: 'asess_21' },
    ],
  },
  {
    name: 'model and tier of a session that change between two turns, of which only the answers of requests tell',
    since: 7,
    answers: [
      body(session('asess_22', {})),
      { events: turnIn('asess_22', 'turn_32') },
      body(session('asess_22', { model: 'gpt-4o' })),
      { events: turnIn('asess_22', 'turn_33') },
      body(session('asess_22', { service_tier: 'priority' })),
      { events: turnIn('asess_22', 'turn_34') },
    ],
    async run(client) {
      const { sessions } = client.beta.agents;
      const seen: unknown[] = [await sessions.retrieve('asess_22')];
      seen.push(await all(await sessions.events.stream('asess_22')));
      seen.push(await sessions.update('asess_22', {}), await all(await sessions.events.stream('asess_22')));
      seen.push(await client.post('agents/sessions/asess_22', { body: {} }));
      seen.push(await all(await sessions.events.stream('asess_22')));
      return seen;
    },
    spans: [
      { ...STANDARD, id: 'turn_32' },
      { name: 'invoke_agent' },
      { ...LARGER, id: 'turn_33' },
      { name: 'invoke_agent' },
      { ...PRIORITY, id: 'turn_34' },
      { name: 'invoke_agent' },
    ],
  },
  {
    name: 'a turn during which the model of its session changes',
    since: 7,
    answers: [
      {
        events: [
          created('asess_23', {}),
          ...turnIn('asess_23', 'turn_35').slice(0, 1),
          { ...created('asess_23', { model: 'gpt-4o' }), type: 'agent.session.updated' },
          ...turnIn('asess_23', 'turn_35').slice(1),
          ...turnIn('asess_23', 'turn_36'),
        ],
      },
    ],
    run: read('asess_23'),
    spans: [
      { ...STANDARD, id: 'turn_35' },
      { ...LARGER, id: 'turn_36' },
      { name: 'invoke_agent', id: 'asess_23' },
    ],
  },
  {
    name: 'events that are read at a path as apps write it',
    since: 7,
    answers: [{ events: [created('asess_24', {}), ...turnIn('asess_24', 'turn_37')] }],
    run: async (client) =>
      all((await client.get('agents/sessions/asess_24/events', { stream: true })) as AsyncIterable<unknown>),
    spans: [
      { ...STANDARD, id: 'turn_37' },
      { name: 'invoke_agent', id: 'asess_24' },
    ],
  },
  {
    name: 'tools of a turn: one that is not known, and those that cost nothing',
    since: 7,
    answers: [
      {
        events: [
          created('asess_25', {}),
          toolOf('turn_38', { type: 'function_call', id: 't1' }),
          toolOf('turn_38', { type: 'mcp_tool_call', id: 't2' }),
          toolOf('turn_38', { type: 'message', id: 't3' }),
          ...turnIn('asess_25', 'turn_38'),
          toolOf('turn_39', { type: 'fly_call', id: 't4' }),
          ...turnIn('asess_25', 'turn_39'),
        ],
      },
    ],
    run: read('asess_25'),
    spans: [
      { ...STANDARD, id: 'turn_38' },
      { ...TURN, id: 'turn_39', unpriced: 'tool_calls.fly_call' },
      { name: 'invoke_agent', id: 'asess_25' },
    ],
  },
  {
    name: 'subagents with the model of their session',
    since: 7,
    answers: [
      {
        events: [
          created('asess_1', {}),
          toolOf('turn_40', { type: 'create_subagent_call', id: 'c1', model: null }),
          subagent('created', 'sub_3'),
          subagentTurn('turn_41', 'sub_3'),
        ],
      },
    ],
    run: read('asess_1'),
    spans: [
      { name: 'chat gpt-4o-mini', isBelow: true, id: 'turn_40', unpriced: 'stream ended before' },
      { ...STANDARD, id: 'turn_41' },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'a subagent with another model, which no event names for a turn',
    since: 7,
    answers: [
      {
        events: [
          created('asess_1', {}),
          ...turnIn('asess_1', 'turn_42').slice(0, 1),
          toolOf('turn_42', { type: 'create_subagent_call', id: 'c2', model: 'gpt-4o' }),
          subagent('created', 'sub_4'),
          subagentTurn('turn_43', 'sub_4'),
          ...turnIn('asess_1', 'turn_42').slice(1),
        ],
      },
    ],
    run: read('asess_1'),
    spans: [
      { ...TURN, name: 'chat', id: 'turn_43', unpriced: 'model of a subagent' },
      { ...STANDARD, id: 'turn_42' },
      { name: 'invoke_agent', id: 'asess_1' },
    ],
  },
  {
    name: 'more turns than are kept until the end of a stream',
    since: 7,
    answers: [
      {
        events: [
          created('asess_26', {}),
          ...Array.from({ length: 1100 }, (_, index) => turnIn('asess_26', `turn_many_${index}`)).flat(),
          ...turnIn('asess_26', 'turn_many_1099'),
        ],
      },
    ],
    run: read('asess_26'),
    spans: [
      ...Array.from({ length: 1100 }, (_, index) => ({ ...STANDARD, id: `turn_many_${String(index)}` })),
      { name: 'invoke_agent', id: 'asess_26' },
    ],
  },
];
