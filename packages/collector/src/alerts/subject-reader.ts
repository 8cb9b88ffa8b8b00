import type { Latency } from '../storage/read/alerting/latency.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import { NO_SUMS } from '../storage/read/alerting/window-sums.ts';
import type {
  SeriesBound,
  SumName,
  SumsBy,
  WindowSeries,
  WindowSums,
} from '../storage/read/alerting/window-sums.ts';
import type { Storage } from '../storage/storage.ts';
import type { CallFilter } from '../storage/read/query/filters.ts';
import { addWindowSums, compareFigure, figureOf, projectFigure } from './measure.ts';
import type { AlertMeasure, Figure } from './measure.ts';
import type { Observation } from './alert-state.ts';
import { isOfUsers } from './rule.ts';
import type { ActiveRule, AlertRule, AlertSubject, RuleFilter } from './rule.ts';

/** A rule with the subjects that are evaluated this time. */
export interface Reading {
  readonly active: ActiveRule;
  readonly span: TimeSpan;
  /** The window before, if the rule needs it. */
  readonly spanBefore?: TimeSpan;
  /** The window ended before this evaluation. */
  readonly isEnded?: boolean;
  /** Users or groups to read; if absent, all. */
  readonly subjects?: ReadonlySet<string>;
  /** Subjects that fired before. They are always evaluated. */
  readonly known: Iterable<string>;
}

const SUMS_OF: Readonly<Record<AlertMeasure, readonly SumName[]>> = {
  cost: ['calls', 'cost'],
  calls: ['calls'],
  tokens: ['calls', 'tokens'],
  errors: ['calls', 'errors'],
  errorRate: ['calls', 'errors'],
  latencyP95: ['calls'],
  unpriced: ['calls', 'priced'],
  coverage: ['calls', 'attributed'],
};

/** A projected figure is at most this many times the current one. */
const MOST_PROJECTED = 11;

/**
 * The lowest sum with which a rule can fire; `undefined` if small figures can fire, too: in rules that fire below a
 * threshold, without calls, or compared with the window before.
 */
export function boundOf(rule: AlertRule): SeriesBound | undefined {
  if (rule.direction === 'below' || rule.comparedToBefore || rule.noData === 'alert') return undefined;
  const { measure } = rule;
  const least = Number(rule.thresholds[0]?.value ?? '0') / (rule.projected === true ? MOST_PROJECTED : 1);
  if (measure === 'errorRate') return { sum: 'errors', least: 1 };
  if (measure === 'latencyP95' || measure === 'coverage' || least === 0) return { sum: 'calls', least: 1 };
  return { sum: measure, least };
}

/** The part of a rule's filter that selects calls. */
export function callFilterOf({
  user: _user,
  group: _group,
  props: _props,
  ...calls
}: RuleFilter): CallFilter {
  return calls;
}

/** Sums of one subject in the window, and in the window before. */
export interface SubjectSums {
  readonly now: WindowSums;
  readonly before: WindowSums;
}

/** Readings that one query can answer, because they need the same keys of the same users. */
interface Group {
  readonly by: SumsBy;
  userIds: readonly string[] | undefined;
  readonly readings: Reading[];
  /** Whether users that cannot meet a threshold may be left out. */
  readonly isBounded: boolean;
}

/** The series of one query. Readings of the same calls in the same window share a series. */
class SeriesList {
  readonly #all: WindowSeries[] = [];
  readonly #positions = new Map<string, number>();

  get all(): readonly WindowSeries[] {
    return this.#all;
  }

  /** Returns the position of the series, which is added unless it is in the list. A bound is added to those it has. */
  add(span: TimeSpan, filter: CallFilter, sums: readonly SumName[], bound?: SeriesBound): number {
    const key = JSON.stringify([span, filter, sums]);
    const known = this.#positions.get(key);
    const other = known === undefined ? undefined : this.#all[known];
    if (known === undefined || other === undefined) {
      const own = bound === undefined ? {} : { bounds: [bound] };
      this.#positions.set(key, this.#all.push({ span, filter, sums, ...own }) - 1);
      return this.#all.length - 1;
    }
    if (bound !== undefined) this.#all[known] = { ...other, bounds: [...(other.bounds ?? []), bound] };
    return known;
  }
}

/** Adds the series of a reading. Returns their positions: of its window, and of the window before if it needs it. */
function seriesOf(
  { active: { rule }, span, spanBefore }: Reading,
  { isBounded }: Group,
  series: SeriesList,
): { readonly now: number; readonly before: number | undefined } {
  const filter = callFilterOf(rule.filter);
  const sums = SUMS_OF[rule.measure];
  return {
    now: series.add(span, filter, sums, isBounded ? boundOf(rule) : undefined),
    before: spanBefore === undefined ? undefined : series.add(spanBefore, filter, sums),
  };
}

/** Reads the sums of the subjects of rules. Rules with the same window and the same calls share a query. */
export class SubjectReader {
  readonly #store: Pick<Storage, 'alerting'>;
  readonly #project: string;
  readonly #directory: UserDirectory;

  constructor(store: Pick<Storage, 'alerting'>, project: string, directory: UserDirectory) {
    this.#store = store;
    this.#project = project;
    this.#directory = directory;
  }

  /** Sums by subject, for each reading. */
  async read(readings: readonly Reading[]): Promise<ReadonlyMap<Reading, ReadonlyMap<string, SubjectSums>>> {
    const found = new Map<Reading, ReadonlyMap<string, SubjectSums>>();
    for (const group of this.#group(readings)) {
      const series = new SeriesList();
      const wanted = group.readings.map((reading) => ({ reading, ...seriesOf(reading, group, series) }));
      const rows = await this.#store.alerting.readWindowSums({
        project: this.#project,
        by: group.by,
        series: series.all,
        ...(group.userIds === undefined ? {} : { userIds: group.userIds }),
        ...(group.isBounded ? { always: this.#alwaysOf(group) } : {}),
      });
      for (const { reading, now, before } of wanted) {
        found.set(reading, subjectsOf(rows, this.#ownerOf(reading.active.rule.of), now, before));
      }
    }
    return found;
  }

  /**
   * Users that must be read even below the bound: those that fired, and those with several ids, because the sum of each
   * id may be below a threshold that their total meets.
   */
  #alwaysOf({ readings }: Group): readonly string[] {
    const directory = this.#directory;
    const ids = new Set(directory.idsOfAliases());
    for (const { known } of readings) for (const id of known) ids.add(id);
    return [...ids];
  }

  /** Exact latencies, computed from the calls of one rule. */
  async latencies(reading: Reading): Promise<ReadonlyMap<string, Latency>> {
    const { span } = reading;
    const { rule } = reading.active;
    const userIds = this.#userIdsOf(reading);
    return this.#store.alerting.readLatencies({
      project: this.#project,
      by: byOf(rule.of),
      span,
      filter: callFilterOf(rule.filter),
      ownerOf: this.#ownerOf(rule.of),
      ...(userIds === undefined ? {} : { userIds }),
    });
  }

  /**
   * Groups readings so that named users, and the members of named groups, are read in one query, because finding their
   * rows takes the longest.
   */
  #group(readings: readonly Reading[]): Iterable<Group> {
    const groups = new Map<string, Group>();
    const ids = new Map<ReadonlySet<string>, readonly string[]>();
    for (const reading of readings) {
      const { rule } = reading.active;
      const { of, filter } = rule;
      const { subjects } = reading;
      const isBounded = of === 'user' && subjects === undefined && boundOf(rule) !== undefined;
      const key = isOfUsers(of)
        ? `users ${subjects === undefined ? `all ${isBounded}` : 'some'}`
        : `${of} ${JSON.stringify([filter.user, filter.group, filter.props])}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = { by: byOf(of), userIds: undefined, readings: [], isBounded };
        groups.set(key, group);
      }
      group.readings.push(reading);
      if (!isOfUsers(of)) group.userIds = this.#userIdsOf(reading);
      else if (subjects !== undefined && !ids.has(subjects)) {
        ids.set(subjects, this.#userIdsOf(reading) ?? []);
        group.userIds = [...new Set([...(group.userIds ?? []), ...(ids.get(subjects) ?? [])])];
      }
    }
    return groups.values();
  }

  /** All ids of the users whose rows a reading needs; `undefined` for all calls. */
  #userIdsOf({ active, subjects }: Reading): readonly string[] | undefined {
    const { of, filter } = active.rule;
    const directory = this.#directory;
    const idsOf = (ids: Iterable<string>): string[] => [...ids].flatMap((id) => [...directory.idsOf(id)]);
    if (of === 'user') return subjects === undefined ? undefined : idsOf(subjects);
    if (of === 'group') return subjects === undefined ? undefined : idsOf(directory.membersOf(subjects));
    const matches = directory.matcherOf(filter);
    if (matches === undefined) return undefined;
    const users = [...(filter.user ?? directory.ids())].map((id) => directory.canonicalOf(id));
    return idsOf(new Set(users.filter(matches)));
  }

  /** The subject that a key of the roll-ups belongs to. */
  #ownerOf(of: AlertSubject): (key: string) => string | null {
    const directory = this.#directory;
    if (of === 'user') return (id) => (id === '' ? null : directory.canonicalOf(id));
    return of === 'group' ? (id) => directory.groupOf(id) : (key) => key;
  }
}

function byOf(of: AlertSubject): SumsBy {
  return of === 'group' ? 'user' : of;
}

function subjectsOf(
  rows: ReadonlyMap<string, readonly WindowSums[]>,
  ownerOf: (key: string) => string | null,
  now: number,
  before: number | undefined,
): ReadonlyMap<string, SubjectSums> {
  const subjects = new Map<string, SubjectSums>();
  for (const [key, sums] of rows) {
    const subject = ownerOf(key);
    if (subject === null) continue;
    const own = {
      now: sums[now] ?? NO_SUMS,
      before: (before === undefined ? undefined : sums[before]) ?? NO_SUMS,
    };
    const known = subjects.get(subject);
    subjects.set(
      subject,
      known === undefined
        ? own
        : { now: addWindowSums(known.now, own.now), before: addWindowSums(known.before, own.before) },
    );
  }
  return subjects;
}

/** The window and time of an evaluation, and whether an alert about the subject is active. */
export interface EvaluationTime {
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly isActive: boolean;
}

/** Computes the figures that a rule compares from the sums of a subject. */
export function observationOf(
  { rule }: ActiveRule,
  sums: SubjectSums,
  p95Ms: number | undefined,
  at: EvaluationTime,
): Observation {
  const figure = figureOf(rule.measure, sums.now, p95Ms);
  return {
    calls: sums.now.calls,
    figure: rule.projected === true && figure !== undefined ? projectedOf(rule, figure, at) : figure,
    ...(rule.comparedToBefore ? { before: figureOf(rule.measure, sums.before) } : {}),
  };
}

/**
 * The projected figure; `undefined` if the current figure already meets the highest threshold and no alert is active,
 * because there is nothing left to warn about.
 */
function projectedOf(
  rule: AlertRule,
  figure: Figure,
  { span, nowMs, isActive }: EvaluationTime,
): Figure | undefined {
  const highest = rule.thresholds.at(-1);
  const isLate = highest !== undefined && compareFigure(figure, highest.value) >= 0;
  return isLate && !isActive ? undefined : projectFigure(figure, span, nowMs);
}
