import type { Latency } from '../storage/read/alerting/latency.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import type { TimeSpan } from '../storage/read/alerting/window-parts.ts';
import { NO_SUMS } from '../storage/read/alerting/window-sums.ts';
import type { SumName, SumsBy, WindowSeries, WindowSums } from '../storage/read/alerting/window-sums.ts';
import type { Storage } from '../storage/storage.ts';
import type { CallFilter } from '../storage/read/query/filters.ts';
import { addWindowSums, compareFigure, figureOf, projectFigure } from './measure.ts';
import type { AlertMeasure, Figure } from './measure.ts';
import type { Observation } from './alert-state.ts';
import type { ActiveRule, AlertRule, RuleFilter } from './rule.ts';

/** A rule with the subjects that are looked at this time. */
export interface Reading {
  readonly active: ActiveRule;
  readonly span: TimeSpan;
  /** The window before, where the rule needs it. */
  readonly spanBefore?: TimeSpan;
  /** Users or groups; everything where it is absent. */
  readonly subjects?: ReadonlySet<string>;
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

/** The part of a filter that is about calls. */
export function callFilterOf({
  user: _user,
  group: _group,
  props: _props,
  ...calls
}: RuleFilter): CallFilter {
  return calls;
}

/** What each subject of a rule used, and had used in the window before. */
export interface SubjectSums {
  readonly now: WindowSums;
  readonly before: WindowSums;
}

/** Readings that one query can answer: the same keys of the same users. */
interface Group {
  readonly by: SumsBy;
  readonly userIds: readonly string[] | undefined;
  /** The subject that a key of the roll-ups belongs to. */
  readonly ownerOf: (key: string) => string | null;
  readonly readings: Reading[];
}

/** Reads what the subjects of rules used. Rules that look at the same window of the same calls share its sums. */
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
      const series: WindowSeries[] = [];
      const places = new Map<string, number>();
      const place = (span: TimeSpan, filter: CallFilter, sums: readonly SumName[]): number => {
        const key = JSON.stringify([span, filter, sums]);
        const known = places.get(key);
        if (known !== undefined) return known;
        places.set(key, series.push({ span, filter, sums }) - 1);
        return series.length - 1;
      };
      const wanted = group.readings.map((reading) => {
        const { rule } = reading.active;
        const filter = callFilterOf(rule.filter);
        const sums = SUMS_OF[rule.measure];
        return {
          reading,
          now: place(reading.span, filter, sums),
          before: reading.spanBefore === undefined ? undefined : place(reading.spanBefore, filter, sums),
        };
      });
      const rows = await this.#store.alerting.readWindowSums({
        project: this.#project,
        by: group.by,
        series,
        ...(group.userIds === undefined ? {} : { userIds: group.userIds }),
      });
      for (const { reading, now, before } of wanted) found.set(reading, subjectsOf(rows, group, now, before));
    }
    return found;
  }

  /** Exact latencies: read from the calls of one rule. */
  async latencies({ active, span, subjects }: Reading): Promise<ReadonlyMap<string, Latency>> {
    const { rule } = active;
    const group = this.#groupOf(rule.of, rule.filter, subjects);
    return this.#store.alerting.readLatencies({
      project: this.#project,
      by: group.by,
      span,
      filter: callFilterOf(rule.filter),
      ownerOf: group.ownerOf,
      ...(group.userIds === undefined ? {} : { userIds: group.userIds }),
    });
  }

  #group(readings: readonly Reading[]): Iterable<Group> {
    const groups = new Map<string, Group>();
    const sets = new Map<ReadonlySet<string>, number>();
    for (const reading of readings) {
      const { of, filter } = reading.active.rule;
      const { subjects } = reading;
      if (subjects !== undefined && !sets.has(subjects)) sets.set(subjects, sets.size);
      const users =
        of === 'user' || of === 'group' ? '' : JSON.stringify([filter.user, filter.group, filter.props]);
      const key = `${of} ${subjects === undefined ? 'all' : sets.get(subjects)} ${users}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = this.#groupOf(of, filter, subjects);
        groups.set(key, group);
      }
      group.readings.push(reading);
    }
    return groups.values();
  }

  #groupOf(
    of: ActiveRule['rule']['of'],
    filter: RuleFilter,
    subjects: ReadonlySet<string> | undefined,
  ): Group {
    const directory = this.#directory;
    const idsOf = (ids: Iterable<string>): string[] => [...ids].flatMap((id) => [...directory.idsOf(id)]);
    if (of === 'user') {
      const userIds = subjects === undefined ? undefined : idsOf(subjects);
      const ownerOf = (id: string): string | null => (id === '' ? null : directory.canonicalOf(id));
      return { by: 'user', userIds, ownerOf, readings: [] };
    }
    if (of === 'group') {
      const userIds = subjects === undefined ? undefined : idsOf(directory.membersOf(subjects));
      return { by: 'user', userIds, ownerOf: (id) => directory.groupOf(id), readings: [] };
    }
    const matches = directory.matcherOf(filter);
    const userIds =
      matches === undefined
        ? undefined
        : idsOf(
            new Set(
              [...(filter.user ?? directory.ids())].map((id) => directory.canonicalOf(id)).filter(matches),
            ),
          );
    return { by: of, userIds, ownerOf: (key) => key, readings: [] };
  }
}

function subjectsOf(
  rows: ReadonlyMap<string, readonly WindowSums[]>,
  { ownerOf }: Group,
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

/** When a rule looks at a subject, and whether it fires for it now. */
export interface LookAt {
  readonly span: TimeSpan;
  readonly nowMs: number;
  readonly isActive: boolean;
}

/** What a rule sees of the sums. */
export function observationOf(
  { rule }: ActiveRule,
  sums: SubjectSums,
  p95Ms: number | undefined,
  at: LookAt,
): Observation {
  const figure = figureOf(rule.measure, sums.now, p95Ms);
  return {
    calls: sums.now.calls,
    figure: rule.projected === true && figure !== undefined ? projectedOf(rule, figure, at) : figure,
    ...(rule.comparedToBefore ? { before: figureOf(rule.measure, sums.before) } : {}),
  };
}

/** Nothing where the figure itself met the highest threshold before it was projected to: it is too late to warn. */
function projectedOf(rule: AlertRule, figure: Figure, { span, nowMs, isActive }: LookAt): Figure | undefined {
  const highest = rule.thresholds.at(-1);
  const isLate = highest !== undefined && compareFigure(figure, highest.value) >= 0;
  return isLate && !isActive ? undefined : projectFigure(figure, span, nowMs);
}
