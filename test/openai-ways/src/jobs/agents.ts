import { all } from '../way.ts';
import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body } from './job-case.ts';

const TURN_USAGE = {
  input_tokens: 1000,
  input_tokens_details: { cached_tokens: 400 },
  output_tokens: 200,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1200,
};
const SESSION = {
  id: 'asess_1',
  object: 'agent.session',
  agent: { model: 'gpt-4o-mini' },
  status: 'running',
};

function turnEvents(...turns: readonly string[]): readonly Fields[] {
  return [
    { type: 'agent.session.created', event_id: 'e0', session_id: 'asess_1', session: SESSION },
    ...turns.map((id) => ({
      type: 'agent.session.turn.completed',
      event_id: `e_${id}`,
      session_id: 'asess_1',
      turn_id: id,
      turn: { id, status: 'completed' },
      usage: TURN_USAGE,
    })),
  ];
}

const TURN_SPAN: RecordedJob = {
  name: 'chat gpt-4o-mini',
  isBelow: true,
  input: 1000,
  output: 200,
  cached: 400,
  usd: 0.00024,
};

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
    name: 'input for an agent whose events are not read',
    since: 7,
    answers: [body({})],
    run: ({ beta }) => beta.agents.sessions.events.create('asess_1', { events: [] }),
    spans: [{ name: 'invoke_agent', unpriced: 'event stream' }],
  },
];
