import type { TraceSpan } from '../../api/calls.ts';
import type { Feedback, ThreadDetail, TrackedMessage, Turn } from '../../api/threads.ts';
import { sumExact } from '../../format/sum-exact.ts';
import { readMessages, type Message } from './messages.ts';
import { toolLinesOf, type ToolLine } from './tool-lines.ts';

/** A message. */
export interface MessageEntry {
  readonly kind: 'message';
  readonly atMs: number;
  readonly role: string;
  /** Undefined if content is not stored. */
  readonly text: string | undefined;
  readonly isRetry: boolean;
  /** The call whose answer it is. */
  readonly call?: Turn;
  readonly feedback: readonly Feedback[];
}

/** A tool call. */
export interface ToolEntry extends ToolLine {
  readonly kind: 'tool';
  readonly feedback: readonly Feedback[];
}

/** Failed attempts before a successful one, or the failure at the end of a turn. */
export interface FailureEntry {
  readonly kind: 'failure';
  readonly atMs: number;
  readonly calls: readonly Turn[];
  /** Whether a later attempt succeeded. Such an entry is collapsed. */
  readonly isRecovered: boolean;
}

/** Placeholder for the missing answer to a message. */
export interface UnansweredEntry {
  readonly kind: 'unanswered';
  readonly atMs: number;
}

export type Entry = MessageEntry | ToolEntry | FailureEntry | UnansweredEntry;

/** A turn: everything caused by one request of the user, which is one trace. */
export interface TranscriptTurn {
  readonly traceId: string;
  readonly startMs: number;
  readonly entries: readonly Entry[];
  readonly calls: number;
  readonly errors: number;
  readonly tokens: number;
  /** Null if no call of the turn has a price. */
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

/** A conversation for display. */
export interface Transcript {
  /** The turns, oldest first. */
  readonly turns: readonly TranscriptTurn[];
  /** The latest system instructions; undefined if they are not stored. */
  readonly system: string | undefined;
  /** Feedback on the whole thread, or on something that is not shown. */
  readonly feedback: readonly Feedback[];
  /** Whether any text is stored. */
  readonly hasContent: boolean;
}

/** Maximum time between a tracked message and the call it belongs to. */
const exchangeMs = 10 * 60_000;

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type Draft = Mutable<MessageEntry> & { messageId?: string };

interface TurnDraft {
  readonly traceId: string;
  readonly calls: readonly Turn[];
  readonly tools: readonly ToolLine[];
  readonly messages: Draft[];
  readonly failures: FailureEntry[];
}

/** Combines the messages in calls and the messages tracked by the application into one conversation. */
export function transcriptOf(
  thread: Pick<ThreadDetail, 'calls' | 'runs' | 'messages' | 'feedback'>,
): Transcript {
  const byTrace = groupBy(thread.calls, ({ traceId }) => traceId);
  const runs = groupBy(thread.runs, ({ traceId }) => traceId);
  const drafts = Array.from(new Set([...byTrace.keys(), ...runs.keys()]), (traceId) =>
    draftOf(traceId, byTrace.get(traceId) ?? [], runs.get(traceId) ?? []),
  );
  placeTracked(drafts, thread.messages);
  const left = new Set(thread.feedback);
  const turns = drafts
    .map((draft) => turnOf(draft, left))
    .filter(({ entries, calls }) => entries.length > 0 || calls > 0)
    .sort((a, b) => a.startMs - b.startMs);
  const system = thread.calls
    .map(systemOf)
    .filter((text) => text !== '')
    .at(-1);
  return {
    turns: withUnanswered(turns),
    system,
    feedback: thread.feedback.filter((one) => left.has(one)),
    hasContent:
      system !== undefined ||
      turns.some(({ entries }) =>
        entries.some((entry) => entry.kind === 'message' && entry.text !== undefined),
      ),
  };
}

function draftOf(traceId: string, calls: readonly Turn[], runs: readonly TraceSpan[]): TurnDraft {
  const ordered = calls.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const messages: Draft[] = [];
  const seen = new Set<string>();
  for (const call of ordered) {
    for (const { role, text } of newInput(call)) {
      // Each attempt contains the same question again.
      if (text === '' || role === 'tool' || seen.has(`${role} ${text}`)) continue;
      seen.add(`${role} ${text}`);
      messages.push({ kind: 'message', atMs: Date.parse(call.at), role, text, isRetry: false, feedback: [] });
    }
    const answer = answerOf(call);
    if (answer !== undefined) messages.push(answer);
  }
  return {
    traceId,
    calls: ordered,
    tools: toolLinesOf(ordered, runs),
    messages,
    failures: failuresOf(ordered),
  };
}

/**
 * Returns the new messages in the input of a call. The input has the whole conversation, so these are the messages
 * after the last answer.
 */
function newInput(call: Turn): readonly Message[] {
  const all = readMessages(call.messages?.input, 'user').filter(({ role }) => !isSystem(role));
  const last = all.findLastIndex(({ role }) => role === 'assistant' || role === 'model');
  return all.slice(last + 1);
}

function isSystem(role: string): boolean {
  return role === 'system' || role === 'developer';
}

function systemOf(call: Turn): string {
  const own = readMessages(call.messages?.system, 'system');
  const inside = readMessages(call.messages?.input, 'user').filter(({ role }) => isSystem(role));
  return [...own, ...inside].map(({ text }) => text).join('\n\n');
}

/** Returns the answer of a call; undefined if it failed without output or only requested tools. */
function answerOf(call: Turn): Draft | undefined {
  const output = readMessages(call.messages?.output, 'assistant');
  const text = output
    .map((message) => message.text)
    .filter((each) => each !== '')
    .join('\n\n');
  if (text === '' && (call.error !== null || output.length > 0 || !isAnswering(call))) return undefined;
  return {
    kind: 'message',
    atMs: Date.parse(call.at) + call.durationMs,
    role: 'assistant',
    text: text === '' ? undefined : text,
    isRetry: false,
    call,
    feedback: [],
  };
}

/** Whether a call has an answer; an embedding, for example, has none. */
function isAnswering(call: Turn): boolean {
  return call.operation !== 'embeddings' && call.operation !== 'rerank';
}

function failuresOf(calls: readonly Turn[]): FailureEntry[] {
  const failures: { atMs: number; calls: Turn[]; isRecovered: boolean }[] = [];
  let open: (typeof failures)[number] | undefined;
  for (const call of calls) {
    if (call.error !== null) {
      open ??= failures[failures.push({ atMs: Date.parse(call.at), calls: [], isRecovered: false }) - 1];
      open?.calls.push(call);
    } else if (open !== undefined) {
      open.isRecovered = true;
      open = undefined;
    }
  }
  return failures.map((failure) => ({ kind: 'failure', ...failure }));
}

/** Matches tracked messages with those in calls, and adds those that are not in any call. */
function placeTracked(drafts: TurnDraft[], tracked: readonly TrackedMessage[]): void {
  const taken = new Set<Draft>();
  for (const message of tracked) {
    const role = message.role ?? 'user';
    const atMs = Date.parse(message.at);
    const isSame = (draft: Draft): boolean =>
      !taken.has(draft) &&
      draft.role === role &&
      Math.abs(draft.atMs - atMs) < exchangeMs &&
      (message.content === null ||
        draft.text === undefined ||
        normal(draft.text) === normal(message.content));
    const own = drafts.find(({ traceId }) => traceId === message.traceId);
    const known =
      own?.messages.find(isSame) ??
      (message.content === null ? undefined : drafts.flatMap(({ messages }) => messages).find(isSame));
    if (known !== undefined) {
      taken.add(known);
      known.messageId = message.id;
      known.isRetry = message.isRetry;
      known.text ??= message.content ?? undefined;
      known.atMs = role === 'user' ? Math.min(known.atMs, atMs) : known.atMs;
      continue;
    }
    const added: Draft = {
      kind: 'message',
      atMs,
      role,
      text: message.content ?? undefined,
      isRetry: message.isRetry,
      feedback: [],
      messageId: message.id,
    };
    taken.add(added);
    const turn = own ?? { traceId: message.traceId, calls: [], tools: [], messages: [], failures: [] };
    if (own === undefined) drafts.push(turn);
    turn.messages.push(added);
  }
}

function normal(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

function turnOf(draft: TurnDraft, left: Set<Feedback>): TranscriptTurn {
  const { traceId, calls, messages, tools, failures } = draft;
  const take = (ids: readonly (string | undefined)[]): readonly Feedback[] => {
    const found = [...left].filter(({ target, targetId }) => target !== 'thread' && ids.includes(targetId));
    for (const one of found) left.delete(one);
    return found;
  };
  const entries: Entry[] = [
    ...messages.map(({ messageId, ...message }): Entry => ({
      ...message,
      feedback: take([messageId, message.call && `${message.call.traceId}-${message.call.spanId}`]),
    })),
    ...tools.map((tool): Entry => ({
      kind: 'tool',
      ...tool,
      feedback: take([tool.spanId === undefined ? undefined : `${traceId}-${tool.spanId}`]),
    })),
    ...failures,
  ];
  entries.sort((a, b) => a.atMs - b.atMs || rank(a) - rank(b));
  const priced = calls.flatMap(({ costExact }) => (costExact === null ? [] : [costExact]));
  // Feedback on a run is shown at the answer of the turn.
  const answer = entries.findLast((entry) => entry.kind === 'message' && entry.role === 'assistant');
  const onRuns = [...left].filter(
    ({ target, targetId }) => target !== 'thread' && targetId.startsWith(`${traceId}-`),
  );
  if (answer?.kind === 'message' && onRuns.length > 0) {
    for (const one of onRuns) left.delete(one);
    entries[entries.indexOf(answer)] = { ...answer, feedback: [...answer.feedback, ...onRuns] };
  }
  return {
    traceId,
    startMs: Math.min(...entries.map(({ atMs }) => atMs), ...calls.map(({ at }) => Date.parse(at))),
    entries,
    calls: calls.length,
    errors:
      calls.filter(({ error }) => error !== null).length + tools.filter(({ error }) => error !== null).length,
    tokens: calls.reduce((sum, call) => sum + call.inputTokens + call.outputTokens, 0),
    costExact: sumExact(priced) ?? null,
    unpricedCalls: calls.length - priced.length,
  };
}

/** Order of entries with the same time: the question first, the answer last. */
function rank(entry: Entry): number {
  if (entry.kind !== 'message') return entry.kind === 'failure' ? 1 : 2;
  return entry.role === 'assistant' ? 3 : 0;
}

/** Adds a placeholder after each user message that was not answered before the next one. */
function withUnanswered(turns: readonly TranscriptTurn[]): readonly TranscriptTurn[] {
  const all = turns.flatMap(({ entries }) => entries);
  const isUser = (entry: Entry | undefined): entry is MessageEntry =>
    entry?.kind === 'message' && entry.role === 'user';
  const open = new Set<Entry>(
    all.filter((entry, at) => {
      if (!isUser(entry)) return false;
      // Consecutive messages of a user are one question.
      let next = at + 1;
      while (isUser(all[next]) && (all[next]?.atMs ?? 0) - entry.atMs < 2_000) next += 1;
      const end = all.findIndex((other, index) => index >= next && isUser(other));
      const after = all.slice(next, end === -1 ? undefined : end);
      return !after.some(
        (other) =>
          other.kind === 'message' ||
          other.kind === 'tool' ||
          (other.kind === 'failure' && !other.isRecovered),
      );
    }),
  );
  return turns.map((turn) => ({
    ...turn,
    entries: turn.entries.flatMap((entry): readonly Entry[] =>
      open.has(entry) ? [entry, { kind: 'unanswered', atMs: entry.atMs }] : [entry],
    ),
  }));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
