import type { Call } from '../call/call.ts';
import { isTwelveHours } from '../call/cache-life.ts';
import { plainName } from '../call/error-type.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import { asRecord, asText } from '../call/record.ts';
import { addToolCall } from '../call/tool-call.ts';
import type { ModelUsage, Outcome } from '../call/outcome.ts';
import { readRun } from './read-job.ts';
import { recordEndedTurns } from './record-model-usages.ts';
import type { AgentSession } from './agent-sessions.ts';
import { agentSession, recordAgentSession } from './agent-sessions.ts';

/** Maximum number of turns of a stream that have begun and not ended. */
const MAX_TURNS = 1000;
const TURN_EVENT = 'agent.session.turn.';
const TURN_END = /^agent\.session\.turn\.(completed|failed|cancelled)$/;

/** Reads one event of an assistant's streamed run. Each change of status sends the whole run. */
export function readRunEvent(event: unknown, call: Call): unknown {
  const fields = asRecord(event);
  const data = asRecord(fields?.['data']) ?? fields;
  if (data?.['object'] === 'thread.run') readRun(data, call.outcome);
  else if (fields?.['event'] === 'error') {
    call.outcome.failure = plainName(data?.['code']) ?? 'stream_error';
  } else if (data?.['object'] === 'thread.message.delta') addText(data, call);
  return event;
}

function addText(data: Readonly<Record<string, unknown>>, call: Call): void {
  if (call.transcript === undefined) return;
  const content = asRecord(data['delta'])?.['content'];
  if (!Array.isArray(content)) return;
  for (const part of content as unknown[]) {
    call.transcript.addText(asRecord(asRecord(part)?.['text'])?.['value']);
  }
}

/** Reads one event of an agent's session. The event at the end of each turn has its usage. */
export function readAgentEvent(event: unknown, call: Call): unknown {
  const outer = asRecord(event);
  const fields = asRecord(outer?.['data']) ?? outer;
  if (fields === undefined) return event;
  const { outcome } = call;
  const session = asRecord(fields['session']);
  if (session !== undefined) {
    outcome.responseId = asText(session['id']) ?? outcome.responseId;
    outcome.model = asText(asRecord(session['agent'])?.['model']) ?? outcome.model;
    recordAgentSession(session, call.start.fields);
  }
  recordSubagent(fields, outcome);
  recordTool(fields, outcome);
  recordStartedTurn(fields, outcome);
  recordTurn(fields, outcome);
  recordEndedTurns(call);
  return event;
}

/** Keeps a tool call that may be billed. The usage of the turn includes only tokens. */
function recordTool(fields: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  if (fields['type'] !== 'agent.session.turn.item.done') return;
  const item = asRecord(fields['item']);
  const turnId = asText(fields['turn_id']) ?? asText(item?.['turn_id']);
  if (item === undefined || turnId === undefined) return;
  if (namesOtherModel(item, fields, outcome)) outcome.isSubagentModelUnknown = true;
  const turns = (outcome.turnTools ??= new Map());
  const tools = turns.get(turnId) ?? [];
  addToolCall(tools, item);
  turns.set(turnId, tools);
  forgetOldest(turns, MAX_TURNS);
}

/** Whether an item starts a subagent with a model of its own. No event says which subagent that is. */
function namesOtherModel(
  { type, model }: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
  outcome: Outcome,
): boolean {
  const own = type === 'create_subagent_call' ? asText(model) : undefined;
  const session = agentSession(fields['session_id'] ?? outcome.responseId);
  return own !== undefined && own !== (session?.model ?? outcome.model);
}

/** A turn that has begun is a call without a price until its end is seen: the stream may be cut before. */
function recordStartedTurn(fields: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  if (asText(fields['type'])?.startsWith(TURN_EVENT) !== true) return;
  const responseId = asText(fields['turn_id']);
  const known = outcome.modelUsages ?? [];
  if (responseId === undefined || known.length >= MAX_TURNS) return;
  if (known.some((usage) => usage.responseId === responseId)) return;
  const session = agentSession(fields['session_id'] ?? outcome.responseId);
  outcome.modelUsages = [
    ...known,
    {
      model: session?.model ?? outcome.model,
      serviceTier: session?.serviceTier,
      usage: undefined,
      responseId,
      isOpen: true,
      unpriced: 'the event stream ended before the turn did, and its usage was not sent',
    },
  ];
}

/** Records the usage at the end of a turn. */
function recordTurn(fields: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  const end = TURN_END.exec(asText(fields['type']) ?? '')?.[1];
  if (end === undefined) return;
  const turn = asRecord(fields['turn']);
  const responseId = asText(fields['turn_id']) ?? asText(turn?.['id']);
  const isStart = (other: ModelUsage): boolean => other.isOpen === true && other.responseId === responseId;
  const all = outcome.modelUsages ?? [];
  const started = all.find(isStart);
  const known = all.filter((other) => !isStart(other));
  if (responseId !== undefined && known.some((usage) => usage.responseId === responseId)) return;
  const usage = fields['usage'] ?? turn?.['usage'];
  const subagentId = usage === undefined || usage === null ? undefined : asText(turn?.['subagent_id']);
  const session = agentSession(fields['session_id'] ?? turn?.['session_id'] ?? outcome.responseId);
  outcome.modelUsages = [
    ...(subagentId === undefined ? known : known.filter((other) => other.subagentId !== subagentId)),
    {
      ...settingsOf(started, session, subagentId, outcome),
      usage,
      tools: responseId === undefined ? undefined : outcome.turnTools?.get(responseId),
      isKeptLong: isKeptLong(turn, session),
      responseId,
      failure: end === 'failed' ? failureOf(turn) : undefined,
    },
  ];
}

/** Model and tier of a turn. Settings of a session that change during a turn apply to the next one. */
function settingsOf(
  started: ModelUsage | undefined,
  session: AgentSession | undefined,
  subagentId: string | undefined,
  outcome: Outcome,
): Pick<ModelUsage, 'model' | 'serviceTier' | 'unpriced'> {
  if (subagentId !== undefined && outcome.isSubagentModelUnknown === true) {
    return { model: undefined, unpriced: 'the model of a subagent was not reported' };
  }
  if (started?.model !== undefined) return { model: started.model, serviceTier: started.serviceTier };
  return { model: session?.model ?? outcome.model, serviceTier: session?.serviceTier };
}

function failureOf(turn: Readonly<Record<string, unknown>> | undefined): string {
  return plainName(asRecord(turn?.['error'])?.['code']) ?? 'turn_failed';
}

/** Whether a turn's prompt is cached for 12 hours: by the turn's own options, otherwise by those of the session. */
function isKeptLong(
  turn: Readonly<Record<string, unknown>> | undefined,
  session: AgentSession | undefined,
): boolean {
  const own = turn?.['prompt_cache_options'] ?? undefined;
  return own === undefined ? session?.isKeptLong === true : isTwelveHours(own);
}

/**
 * Records a subagent as an unpriced call. The usage of a turn includes only the root agent; a subagent's usage is known
 * only if the stream reports a separate turn for it.
 */
function recordSubagent(fields: Readonly<Record<string, unknown>>, outcome: Outcome): void {
  const type = fields['type'];
  if (type !== 'agent.session.subagent.created' && type !== 'agent.session.subagent.active') return;
  const subagentId = asText(asRecord(fields['subagent'])?.['id']);
  const known = outcome.modelUsages ?? [];
  if (subagentId === undefined || known.length >= MAX_TURNS) return;
  if (known.some((usage) => usage.subagentId === subagentId)) return;
  outcome.modelUsages = [
    ...known,
    { model: undefined, usage: undefined, subagentId, unpriced: 'the usage of a subagent was not reported' },
  ];
}
