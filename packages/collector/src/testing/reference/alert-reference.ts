import { fromUnits } from '@userspan/ledger';

import { figureOf, isRollingWindow, levelOf, minutesOf, seenOf, windowOf } from './reference-figures.ts';

/** A call, as a list has it. */
export interface ReferenceCall {
  readonly id: number;
  /** `''` for a call without a user. */
  user: string;
  readonly model: string;
  readonly service: string;
  readonly tags: readonly string[];
  readonly atMs: number;
  readonly tokens: number;
  readonly isError: boolean;
  readonly durationMs: number;
  isPriced: boolean;
  /** Cost in the units of `toUnits`. */
  cost: bigint;
}

/** A rule with the names of the API. */
export interface ReferenceRule {
  readonly id: string;
  readonly measure: string;
  readonly of: string;
  readonly window: string;
  readonly timeZone: string;
  readonly direction: 'above' | 'below';
  /** From mild to severe. */
  readonly thresholds: readonly string[];
  readonly minimumCalls: number;
  readonly comparedToBefore: boolean;
  readonly noData: 'zero' | 'keep' | 'alert';
  readonly renotifySeconds?: number;
  readonly filter: Readonly<Partial<Record<'user' | 'group' | 'model' | 'service' | 'tag', string>>>;
}

/** A silence of a rule, of a user, or of everything. */
export interface ReferenceSilence {
  readonly rule?: string;
  readonly user?: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Subject {
  readonly met: Set<number>;
  periodEnds: number | undefined;
  /** For calendar windows: the highest threshold that fired, by the end of the window. */
  readonly fired: Map<number, number>;
  isActive: boolean;
  isUnsent: boolean;
  toldMs: number;
}

const MINUTE = 60_000;
/** How long after the end of its day, week or month a call may arrive and still be evaluated. */
const MAX_LATE = 60 * MINUTE;
/** Maximum number of ended windows that are evaluated after a pause. */
const MAX_ENDED = 3;

/**
 * A slow and simple implementation of alerts to compare with: keeps all calls in a list, evaluates all windows and
 * subjects each time, and uses `Intl` for each call.
 */
export class AlertReference {
  calls: ReferenceCall[] = [];
  rules: readonly ReferenceRule[] = [];
  readonly silences: ReferenceSilence[] = [];
  readonly aliases = new Map<string, string>();
  readonly groups = new Map<string, string>();
  readonly #subjects = new Map<string, Map<string, Subject>>();
  readonly #lastLevel = new Map<Subject, number>();
  #evaluatedMs = Number.NEGATIVE_INFINITY;
  readonly #writtenMs: number;

  /** @param writtenMs - The time when the rules are written. */
  constructor(writtenMs: number) {
    this.#writtenMs = writtenMs;
  }

  canonical(id: string): string {
    return this.aliases.get(id) ?? id;
  }

  groupOf(id: string): string {
    return this.groups.get(this.canonical(id)) ?? '';
  }

  /** Drops the state of a user, without a message that alerts are resolved. */
  forget(id: string): void {
    this.aliases.delete(id);
    this.groups.delete(id);
    // Rules for only this user are also removed.
    this.rules = this.rules.filter(({ filter }) => filter.user !== id);
    for (const rule of this.rules) if (rule.of === 'user') this.#subjects.get(rule.id)?.delete(id);
  }

  /** Drops calls that began before a time, and users who were not seen since. */
  forgetBefore(ms: number, lastSeenMs: ReadonlyMap<string, number>): void {
    this.calls = this.calls.filter(({ atMs }) => atMs >= ms);
    for (const id of this.groups.keys()) {
      if ((lastSeenMs.get(id) ?? 0) < ms) this.groups.delete(id);
    }
  }

  /** Returns the messages at a time: `rule event subject value threshold`. */
  evaluate(nowMs: number): string[] {
    const messages = this.rules.flatMap((rule) => [
      ...this.#endedEnds(rule, nowMs).flatMap((endMs) => this.#evaluateEndedWindow(rule, endMs, nowMs)),
      ...this.#evaluateOpenWindow(rule, nowMs),
    ]);
    this.#evaluatedMs = nowMs;
    return messages.sort();
  }

  /** The ends of calendar windows that were not yet evaluated an hour after their end. */
  #endedEnds(rule: ReferenceRule, nowMs: number): number[] {
    if (isRollingWindow(rule.window)) return [];
    const ends: number[] = [];
    let { startMs } = windowOf(rule, nowMs, []);
    while (ends.length < MAX_ENDED && startMs + MAX_LATE > this.#evaluatedMs && startMs > this.#writtenMs) {
      ends.unshift(startMs);
      ({ startMs } = windowOf(rule, startMs - 1, []));
    }
    return ends;
  }

  #evaluateEndedWindow(rule: ReferenceRule, endMs: number, nowMs: number): string[] {
    const known = this.#subjects.get(rule.id) ?? new Map<string, Subject>();
    this.#subjects.set(rule.id, known);
    const all = this.calls.filter((each) => this.#isMatch(rule, each));
    const { now, before } = windowOf(rule, endMs - 1, all);
    const messages: string[] = [];
    for (const id of new Set(now.flatMap((each) => this.#subjectsOf(rule, each)))) {
      if (rule.of !== 'project' && id === '') continue;
      const own = (list: readonly ReferenceCall[]): ReferenceCall[] =>
        list.filter((each) => this.#subjectsOf(rule, each).includes(id));
      const seen = seenOf(rule, figureOf(rule.measure, own(now)), own(before));
      const level = levelOf(rule, seen, own(now).length);
      const subject = known.get(id) ?? newSubject();
      if (seen === undefined || level <= (subject.fired.get(endMs) ?? -1)) continue;
      known.set(id, subject);
      subject.fired.set(endMs, level);
      if (this.#isSilenced(rule, id, nowMs)) continue;
      if (subject.periodEnds === undefined || subject.periodEnds <= nowMs) subject.isUnsent = false;
      subject.isActive = true;
      subject.toldMs = nowMs;
      this.#lastLevel.set(subject, level);
      messages.push(`${rule.id} fired ${id} ${fromUnits(seen.of / seen.by)} ${rule.thresholds[level] ?? ''}`);
    }
    return messages;
  }

  #evaluateOpenWindow(rule: ReferenceRule, nowMs: number): string[] {
    const known = this.#subjects.get(rule.id) ?? new Map<string, Subject>();
    this.#subjects.set(rule.id, known);
    const all = this.calls.filter((each) => this.#isMatch(rule, each));
    const { now, before, endMs } = windowOf(rule, nowMs, all);
    const ids = new Set([...known.keys(), ...now.flatMap((each) => this.#subjectsOf(rule, each))]);
    if (rule.noData === 'alert') {
      for (const each of before) for (const id of this.#subjectsOf(rule, each)) ids.add(id);
    }
    if (rule.of === 'project' && (rule.noData === 'alert' || rule.direction === 'below')) ids.add('');
    const messages: string[] = [];
    for (const id of ids) {
      if (rule.of !== 'project' && id === '') continue;
      const own = (list: readonly ReferenceCall[]): ReferenceCall[] =>
        list.filter((each) => this.#subjectsOf(rule, each).includes(id));
      const change = this.#advance(rule, id, known, { now: own(now), before: own(before), endMs, nowMs });
      if (change !== undefined) messages.push(`${rule.id} ${change}`);
    }
    return messages;
  }

  #advance(
    rule: ReferenceRule,
    id: string,
    known: Map<string, Subject>,
    evaluation: {
      readonly now: readonly ReferenceCall[];
      readonly before: readonly ReferenceCall[];
      readonly endMs: number;
      readonly nowMs: number;
    },
  ): string | undefined {
    const { now, before, nowMs } = evaluation;
    const isRolling = isRollingWindow(rule.window);
    if (now.length === 0 && rule.noData === 'keep' && isRolling) return undefined;
    const subject = known.get(id) ?? newSubject();
    const figure = figureOf(rule.measure, now);
    const ratio = seenOf(rule, figure, before);
    const isWithoutData = now.length === 0 && rule.noData === 'alert';
    const level = isWithoutData ? 0 : levelOf(rule, ratio, now.length);
    const shown = ratio ?? figure;
    const line = (event: string, at: number): string =>
      `${event} ${id} ${shown === undefined ? 'none' : fromUnits(shown.of / shown.by)} ${rule.thresholds[at] ?? ''}`;
    if (subject.periodEnds !== undefined && nowMs >= subject.periodEnds && !(isRolling && subject.isActive)) {
      subject.met.clear();
    }
    const at = level < 0 ? (this.#lastLevel.get(subject) ?? 0) : level;
    const event = level < 0 ? this.#resolve(subject) : this.#meet(rule, id, subject, level, evaluation);
    if (subject.isActive) {
      known.set(id, subject);
      this.#lastLevel.set(subject, level);
    }
    if (event === undefined) return undefined;
    subject.toldMs = nowMs;
    return line(event, at);
  }

  /** Returns the event to send, if any, when no threshold is met. */
  #resolve(subject: Subject): 'resolved' | undefined {
    const isSent = subject.isActive && !subject.isUnsent;
    subject.isActive = false;
    subject.isUnsent = false;
    return isSent ? 'resolved' : undefined;
  }

  /** Returns the event to send, if any, when a threshold is met. */
  #meet(
    rule: ReferenceRule,
    id: string,
    subject: Subject,
    level: number,
    { endMs, nowMs }: { readonly endMs: number; readonly nowMs: number },
  ): 'fired' | 'repeated' | undefined {
    const isSilenced = this.#isSilenced(rule, id, nowMs);
    if (level > Math.max(-1, ...subject.met)) {
      const isRolling = isRollingWindow(rule.window);
      for (let at = 0; at <= level; at += 1) subject.met.add(at);
      subject.periodEnds = isRolling ? nowMs + minutesOf(rule.window) * MINUTE : endMs;
      if (!isRolling) subject.fired.set(endMs, level);
      subject.isActive = true;
      subject.isUnsent = isSilenced;
      return isSilenced ? undefined : 'fired';
    }
    if (!subject.isActive || isSilenced) return undefined;
    if (subject.isUnsent) {
      subject.isUnsent = false;
      return 'fired';
    }
    const isDue = rule.renotifySeconds !== undefined && nowMs - subject.toldMs >= rule.renotifySeconds * 1000;
    return isDue ? 'repeated' : undefined;
  }

  #isSilenced(rule: ReferenceRule, id: string, nowMs: number): boolean {
    return this.silences.some(
      (each) =>
        each.fromMs <= nowMs &&
        nowMs < each.untilMs &&
        (each.rule === undefined || each.rule === rule.id) &&
        (each.user === undefined || (rule.of === 'user' && each.user === id)),
    );
  }

  #subjectsOf(rule: ReferenceRule, each: ReferenceCall): readonly string[] {
    if (rule.of === 'user') return [each.user === '' ? '' : this.canonical(each.user)];
    if (rule.of === 'group') return [each.user === '' ? '' : this.groupOf(each.user)];
    if (rule.of === 'model') return [each.model];
    if (rule.of === 'service') return [each.service];
    if (rule.of === 'tag') return each.tags;
    return [''];
  }

  #isMatch({ filter }: ReferenceRule, each: ReferenceCall): boolean {
    const { user, group, model, service, tag } = filter;
    return (
      (user === undefined || (each.user !== '' && this.canonical(each.user) === this.canonical(user))) &&
      (group === undefined || (each.user !== '' && this.groupOf(each.user) === group)) &&
      (model === undefined || each.model === model) &&
      (service === undefined || each.service === service) &&
      (tag === undefined || each.tags.includes(tag))
    );
  }
}

function newSubject(): Subject {
  return {
    met: new Set(),
    periodEnds: undefined,
    fired: new Map(),
    isActive: false,
    isUnsent: false,
    toldMs: 0,
  };
}
