import type { AlertEvent } from './alert-event.ts';
import { advance, advanceEnded, isBlank } from './alert-state.ts';
import type { AlertState } from './alert-state.ts';
import { eventOf } from './make-event.ts';
import { ratioOf, showFigure } from './measure.ts';
import type { ActiveRule } from './rule.ts';
import { isSilenced } from './silence.ts';
import type { Silence } from './silence.ts';
import { observationOf } from './subject-reader.ts';
import type { Reading, SubjectSums } from './subject-reader.ts';

/** Computes the next state of one subject and the event that the change causes; `undefined` if nothing changed. */
export function advanceSubject(
  active: ActiveRule,
  subject: string,
  known: AlertState | undefined,
  evaluation: {
    readonly used: SubjectSums;
    readonly p95Ms: number | undefined;
    readonly span: Reading['span'];
    readonly isEnded: boolean;
    readonly nowMs: number;
    readonly silences: readonly Silence[];
  },
): { readonly state: AlertState; readonly event?: AlertEvent } | undefined {
  const { rule, project, parsedWindow } = active;
  const { used, span, isEnded, nowMs } = evaluation;
  if (known === undefined && used.now.calls === 0n && !isMissed(active, used)) return undefined;
  const isActive = known?.isActive ?? false;
  const observation = observationOf(active, used, evaluation.p95Ms, { span, nowMs, isActive });
  const moment = {
    nowMs,
    span,
    isSilenced: isSilenced(evaluation.silences, project, rule.id, rule.of, subject, nowMs),
  };
  const { state, transition } = isEnded
    ? advanceEnded(rule, known, observation, moment)
    : advance(rule, parsedWindow, known, observation, moment);
  if (known === undefined ? isBlank(state) : isSame(known, state)) return undefined;
  if (transition === undefined) return { state };
  const { figure, before } = observation;
  const ratio = rule.comparedToBefore && figure !== undefined ? ratioOf(figure, before) : undefined;
  return {
    state,
    event: {
      ...eventOf(active, subject, transition, state, span, nowMs),
      subjectName: null,
      group: null,
      valueBefore: before === undefined ? null : showFigure(before),
      value: ratio === undefined ? state.value : showFigure(ratio),
    },
  };
}

/** Whether a subject without calls must be evaluated, because its rule may alert about missing calls. */
function isMissed({ rule }: ActiveRule, { before }: SubjectSums): boolean {
  return (
    (rule.noData === 'alert' && (before.calls > 0n || rule.of === 'project')) ||
    (rule.direction === 'below' && rule.of === 'project')
  );
}

function isSame(a: AlertState, b: AlertState): boolean {
  return JSON.stringify({ ...a, value: '' }) === JSON.stringify({ ...b, value: '' });
}
