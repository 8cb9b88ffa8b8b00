import type { TraceSpan } from '../../api/calls.ts';
import type { ThreadDetail, Turn } from '../../api/threads.ts';
import { sumExact } from '../../format/sum-exact.ts';
import { readMessages, type Message } from './messages.ts';

/** A run or a call of a turn, with how many of the turn's runs stand above it. */
export interface Step {
  readonly depth: number;
  readonly run?: TraceSpan;
  readonly call?: Turn;
}

/** What one request of the user set off: one trace of the conversation. */
export interface ConversationTurn {
  readonly traceId: string;
  readonly startMs: number;
  readonly said: readonly Message[];
  readonly steps: readonly Step[];
  readonly tokens: number;
  /** Null where no call of it has a price. */
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

/** A conversation as its turns, the oldest first. */
export function turnsOf(thread: Pick<ThreadDetail, 'calls' | 'runs'>): readonly ConversationTurn[] {
  const traces = new Set([...thread.calls, ...thread.runs].map(({ traceId }) => traceId));
  const turns = Array.from(traces, (traceId) =>
    turnOf(
      traceId,
      thread.calls.filter((call) => call.traceId === traceId),
      thread.runs.filter((run) => run.traceId === traceId),
    ),
  );
  return turns.sort((a, b) => a.startMs - b.startMs);
}

function turnOf(traceId: string, calls: readonly Turn[], runs: readonly TraceSpan[]): ConversationTurn {
  const priced = calls.flatMap(({ costExact }) => (costExact === null ? [] : [costExact]));
  const steps: Timed[] = [
    ...runs.map((run) => ({ ...timed(run), run })),
    ...calls.map((call) => ({ ...timed(call), call })),
  ];
  steps.sort((a, b) => a.at - b.at);
  const depths = new Map<string, number>();
  return {
    traceId,
    startMs: steps[0]?.at ?? 0,
    said: saidIn(calls),
    steps: steps.map((step) => {
      const above = step.parent === null ? undefined : depths.get(step.parent);
      const depth = above === undefined ? 0 : above + 1;
      depths.set(step.id, depth);
      return { depth, ...(step.run && { run: step.run }), ...(step.call && { call: step.call }) };
    }),
    tokens: calls.reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0),
    costExact: sumExact(priced) ?? null,
    unpricedCalls: calls.length - priced.length,
  };
}

interface Timed {
  readonly at: number;
  readonly id: string;
  readonly parent: string | null;
  readonly run?: TraceSpan;
  readonly call?: Turn;
}

function timed(span: Pick<TraceSpan, 'at' | 'spanId' | 'parentSpanId'>): Timed {
  return { at: Date.parse(span.at), id: span.spanId, parent: span.parentSpanId };
}

/** What the user said last, and every answer: a model is sent the whole conversation each time, so the rest is not new. */
function saidIn(calls: readonly Turn[]): readonly Message[] {
  const asked = calls
    .flatMap((call) => readMessages(call.messages?.input, 'user'))
    .filter(({ role }) => role === 'user')
    .slice(-1);
  return [...asked, ...calls.flatMap((call) => readMessages(call.messages?.output, 'assistant'))];
}
