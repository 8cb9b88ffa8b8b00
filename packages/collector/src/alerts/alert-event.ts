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
  /** `user`, `group`… and which one; empty for a project. */
  readonly subject: string;
  /** The name of the user, where it has one. */
  readonly subjectName: string | null;
  readonly group: string | null;
  readonly kind: AlertEventKind;
  readonly severity: Severity;
  /** The threshold that was met, or that is met no more. */
  readonly threshold: string;
  /** Every threshold that was met for the first time. */
  readonly crossed: readonly string[];
  readonly isWithoutData: boolean;
  /** The figure: US dollars, a number, a share or milliseconds; exact for sums. */
  readonly value: string;
  readonly valueBefore: string | null;
  readonly span: TimeSpan;
  readonly atMs: number;
  /** The same for the same event, whichever collector makes it: from project, rule, subject and the number of the event. */
  readonly id: string;
  readonly cause?: AlertCause;
}

/** How a subject is written in the store: two kinds never share a row. */
export function subjectKey(of: AlertRule['of'], subject: string): string {
  return `${of}:${subject}`;
}
