import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import type { AlertEventKind } from './alert-state.ts';
import type { AlertRule, Severity } from './rule.ts';

/** What contributes most to a figure. */
export interface AlertCause {
  /** The model with the largest share of the figure, and its share from 0 to 1. */
  readonly model?: { readonly name: string; readonly share: number };
  readonly tag?: { readonly name: string; readonly share: number };
  readonly calls: number;
  /** Calls in the window before. */
  readonly callsBefore: number;
  readonly costBefore: string;
}

/** One event that is sent to channels. */
export interface AlertEvent {
  readonly project: string;
  readonly rule: AlertRule;
  /** Id of the user, name of the group, and so on; empty for a project. */
  readonly subject: string;
  /** The name of the user, where it has one. */
  readonly subjectName: string | null;
  readonly group: string | null;
  readonly kind: AlertEventKind;
  readonly severity: Severity;
  /** The threshold that the figure met or, for a resolved alert, no longer meets. */
  readonly threshold: string;
  /** Every threshold that was met for the first time. */
  readonly crossed: readonly string[];
  readonly isWithoutData: boolean;
  /** The figure in US dollars, a count, a share or milliseconds. Sums are exact. */
  readonly value: string;
  readonly valueBefore: string | null;
  readonly span: TimeSpan;
  readonly atMs: number;
  /** Every collector computes the same id for the same event: a hash of project, rule, subject and the event's number. */
  readonly id: string;
  readonly cause?: AlertCause;
}

/**
 * The key of a subject in the store. It contains the kind, so that a user and a group with the same id have separate
 * rows.
 */
export function subjectKey(of: AlertRule['of'], subject: string): string {
  return `${of}:${subject}`;
}
