import { resolveTrace } from '../src/index.ts';
import type { Attribution, TraceCall, TraceSpan } from '../src/index.ts';

/** A span of a trace in short: `id` below `parent`, in trace `t` when none is named. */
export interface ShortSpan {
  readonly id: string;
  readonly in?: string;
  readonly parent?: string;
  readonly user?: string;
  /** The caller named the user for this call. */
  readonly userOnCall?: true;
  /** The id that the resource names. */
  readonly resourceUser?: string;
  /** From a sender that anyone could be. */
  readonly claimed?: true;
  readonly none?: true;
  readonly thread?: string;
  readonly call?: Partial<TraceCall>;
}

/** Usage of a usual call. */
export const USED: Partial<TraceCall> = { usageFields: 2, inputTokens: 19, outputTokens: 10, costRank: 2 };

/** Writes the record of a span out. */
export function traceSpan(short: ShortSpan): TraceSpan {
  return {
    traceId: short.in ?? 't',
    spanId: short.id,
    ...(short.parent === undefined ? {} : { parentSpanId: short.parent }),
    ...(short.user === undefined ? {} : { userId: short.user }),
    ...(short.userOnCall === undefined ? {} : { userOnCall: short.userOnCall }),
    ...(short.resourceUser === undefined ? {} : { resourceUserId: short.resourceUser }),
    ...(short.claimed === undefined ? {} : { unverified: short.claimed }),
    ...(short.none === undefined ? {} : { userNone: short.none }),
    ...(short.thread === undefined ? {} : { threadId: short.thread }),
    ...(short.call === undefined
      ? {}
      : {
          call: {
            scope: 'ours',
            source: 'app////',
            startMs: 1000,
            endMs: 2000,
            operation: 'chat',
            models: ['gpt-4o-mini'],
            usageFields: 0,
            costRank: 0,
            ...short.call,
          },
        }),
  };
}

/** Resolves a trace and writes each call's answer in a line: `counted, u1, own`, `by c2, u1, ancestor`, `sum, none`. */
export function resolved(spans: readonly ShortSpan[]): Readonly<Record<string, string>> {
  return linesOf(resolveTrace(spans.map(traceSpan)));
}

/** The answers in lines, for comparison as a whole. */
export function linesOf(attributions: ReadonlyMap<string, Attribution>): Readonly<Record<string, string>> {
  const lines: [string, string][] = [];
  for (const [key, attribution] of attributions) {
    const { counted, countedBy, costFrom, userId, verified, rule, threadId } = attribution;
    const words = [
      counted ? 'counted' : countedBy === undefined ? 'sum' : `by ${countedBy}`,
      costFrom === undefined ? '' : `cost of ${costFrom}`,
      userId ?? '',
      verified ? '' : 'claimed',
      rule,
      threadId === undefined ? '' : `thread ${threadId}`,
    ];
    lines.push([key, words.filter((word) => word !== '').join(', ')]);
  }
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}
