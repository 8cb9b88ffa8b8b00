import { readIsoMs } from '../runtime/read-time.ts';
import type { AlertSubject } from './rule.ts';
import { objectOf, refuseOthers, stringOf } from './rule.ts';

/**
 * A period in which alerts are not sent. Without a rule it applies to all alerts; with a subject, only to that subject.
 */
export interface Silence {
  readonly project: string;
  readonly id: string;
  readonly ruleId: string | null;
  /** Mutes one user, group, model… */
  readonly subject: { readonly of: AlertSubject; readonly id: string } | null;
  /** Milliseconds since the Unix epoch. */
  readonly fromMs: number;
  /** `null` for a silence that lasts until it is removed. */
  readonly untilMs: number | null;
  readonly comment: string;
}

export function isSilenced(
  silences: readonly Silence[],
  project: string,
  ruleId: string,
  of: AlertSubject,
  subject: string,
  nowMs: number,
): boolean {
  return silences.some(
    (silence) =>
      silence.project === project &&
      silence.fromMs <= nowMs &&
      (silence.untilMs === null || nowMs < silence.untilMs) &&
      (silence.ruleId === null || silence.ruleId === ruleId) &&
      (silence.subject === null || (silence.subject.of === of && silence.subject.id === subject)),
  );
}

/** Reads a silence of a request. @throws TypeError that says what is wrong. */
export function parseSilence(input: unknown, project: string, id: string, nowMs: number): Silence {
  const given = objectOf(input, 'the silence');
  refuseOthers(given, ['id', 'rule', 'user', 'group', 'from', 'until', 'comment'], 'the silence');
  const subject = (['user', 'group'] as const).find(
    (name) => given[name] !== undefined && given[name] !== null,
  );
  return {
    project,
    id,
    ruleId: given['rule'] === undefined || given['rule'] === null ? null : stringOf(given['rule'], 'rule'),
    subject: subject === undefined ? null : { of: subject, id: stringOf(given[subject], subject) },
    fromMs: given['from'] === undefined ? nowMs : timeOf(given['from'], 'from'),
    untilMs: given['until'] === undefined || given['until'] === null ? null : timeOf(given['until'], 'until'),
    comment: given['comment'] === undefined ? '' : stringOf(given['comment'], 'comment'),
  };
}

function timeOf(value: unknown, name: string): number {
  const ms = readIsoMs(stringOf(value, name));
  if (ms === undefined) {
    throw new TypeError(
      `${name} must be an ISO 8601 time with an offset, such as 2026-11-20 or 2026-11-20T09:30:00Z; got ${JSON.stringify(value)}`,
    );
  }
  return ms;
}
