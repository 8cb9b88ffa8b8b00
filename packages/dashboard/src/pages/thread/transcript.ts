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
  /** Undefined where content is not stored. */
  readonly text: string | undefined;
  readonly isRetry: boolean;
  /** The call that answered with it. */
  readonly call?: Turn;
  readonly feedback: readonly Feedback[];
}

/** A tool that ran: one line. */
export interface ToolEntry extends ToolLine {
  readonly kind: 'tool';
  readonly feedback: readonly Feedback[];
}

/** Tries that failed before one worked, or the failure that a turn ended with. */
export interface FailureEntry {
  readonly kind: 'failure';
  readonly atMs: number;
  readonly calls: readonly Turn[];
  /** Whether a later try worked: then it is folded. */
  readonly isRecovered: boolean;
}

/** A message of a user that nothing answered. */
export interface UnansweredEntry {
  readonly kind: 'unanswered';
  readonly atMs: number;
}

export type Entry = MessageEntry | ToolEntry | FailureEntry | UnansweredEntry;

/** A turn: everything that one request of the user caused, which is one trace of the conversation. */
export interface TranscriptTurn {
  readonly traceId: string;
  readonly startMs: number;
  readonly entries: readonly Entry[];
  readonly calls: number;
  readonly errors: number;
  readonly tokens: number;
  /** Null where no call of it has a price. */
  readonly costExact: string | null;
  readonly unpricedCalls: number;
}

/** A conversation as one reads it. */
export interface Transcript {
  /** Oldest first. */
  readonly turns: readonly TranscriptTurn[];
  /** The instructions that the model had last; undefined where they are not stored. */
  readonly system: string | undefined;
  /** On the thread as a whole, or on something that is not shown. */
  readonly feedback: readonly Feedback[];
  /** Whether any text is stored. */
  readonly hasContent: boolean;
}

/** Tracked messages and calls of one exchange are closer than this. */
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

/** Puts the messages that calls carry and those that the application tracked into one conversation. */
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
      // A try is sent the same question again.
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

/** What a call adds to the conversation: the messages after the last answer, as a model is sent all of it each time. */
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

/** What a call answered; undefined for one that failed without a word, and for one that only asked for tools. */
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

/** Whether a call is one that says something: an embedding does not. */
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

/** Joins tracked messages with those that calls carry, or adds them where no call carries them. */
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
  // Feedback on a run of the turn is about its answer.
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

/** Of entries of one moment, the question comes first and the answer last. */
function rank(entry: Entry): number {
  if (entry.kind !== 'message') return entry.kind === 'failure' ? 1 : 2;
  return entry.role === 'assistant' ? 3 : 0;
}

/** A placeholder after each message of a user that nothing follows before the next one. */
function withUnanswered(turns: readonly TranscriptTurn[]): readonly TranscriptTurn[] {
  const all = turns.flatMap(({ entries }) => entries);
  const isUser = (entry: Entry | undefined): entry is MessageEntry =>
    entry?.kind === 'message' && entry.role === 'user';
  const open = new Set<Entry>(
    all.filter((entry, at) => {
      if (!isUser(entry)) return false;
      // Several messages of a user in a row are one question.
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
