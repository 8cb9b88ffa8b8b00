import type { Fields } from './job-case.ts';

/** The usage of each turn. */
export const TURN_USAGE: Fields = {
  input_tokens: 1000,
  input_tokens_details: { cached_tokens: 400 },
  output_tokens: 200,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1200,
};
/** A session of an agent in the API's format. */
export const SESSION: Fields = {
  id: 'asess_1',
  object: 'agent.session',
  agent: { model: 'gpt-4o-mini' },
  status: 'running',
};

/** The start of a session and the end of each turn. */
export function turnEvents(...turns: readonly string[]): readonly Fields[] {
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

/** A complete turn of an existing session, for which `sessions.stream` waits. */
export function turnIn(session: string, id: string, more: Fields = {}): readonly Fields[] {
  const event = { session_id: session, turn_id: id };
  const turn = { id, session_id: session, subagent_id: null, ...more };
  return [
    {
      type: 'agent.session.turn.created',
      event_id: `c_${id}`,
      ...event,
      turn: { ...turn, status: 'in_progress' },
    },
    {
      type: 'agent.session.turn.completed',
      event_id: `e_${id}`,
      ...event,
      turn: { ...turn, status: 'completed' },
      usage: TURN_USAGE,
    },
    { type: 'agent.session.idle', event_id: `i_${id}`, session_id: session },
  ];
}

/** The start of a turn. */
export function begun(id: string): readonly Fields[] {
  const [created] = turnIn('asess_1', id);
  const event = { session_id: 'asess_1', turn_id: id };
  const delta = {
    type: 'agent.session.turn.output_text.delta',
    event_id: `d_${id}`,
    ...event,
    delta: 'Oslo',
  };
  return [created ?? {}, delta];
}

/** An event after the point at which the stream is cut. */
export const UNSENT: Fields = { type: 'agent.session.idle', event_id: 'unsent', session_id: 'asess_1' };

/** A subagent starts or continues. */
export function subagent(change: 'created' | 'active', id: string): Fields {
  return {
    type: `agent.session.subagent.${change}`,
    event_id: `${change}_${id}`,
    subagent: { id, object: 'agent.session.subagent', session_id: 'asess_1' },
  };
}

/** A tool call of a turn. */
export function toolOf(turn: string, item: Fields): Fields {
  return {
    type: 'agent.session.turn.item.done',
    event_id: `i_${JSON.stringify(item)}`,
    session_id: 'asess_1',
    turn_id: turn,
    output_index: 0,
    item: { turn_id: turn, ...item },
  };
}
