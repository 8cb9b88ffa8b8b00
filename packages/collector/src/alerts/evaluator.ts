import type { Storage } from '../storage/storage.ts';
import type { UserDirectory } from '../storage/read/alerting/user-directory.ts';
import type { UsageChanges } from '../storage/read/alerting/usage-changes.ts';
import { NO_SUMS } from '../storage/read/alerting/window-sums.ts';
import type { VersionedRow, VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import { advanceSubject } from './advance-subject.ts';
import { subjectKey } from './alert-event.ts';
import type { AlertEvent } from './alert-event.ts';
import type { AlertState } from './alert-state.ts';
import { explainEvents } from './make-event.ts';
import type { ActiveRule } from './rule.ts';
import type { Silence } from './silence.ts';
import { dueReadings, ruleKey } from './due-readings.ts';
import type { DueContext, States } from './due-readings.ts';
import { mustStoreTime } from './ended-windows.ts';
import { CallsAhead, RisingSubjects } from './time-driven.ts';
import { SubjectReader } from './subject-reader.ts';
import type { Reading, SubjectSums } from './subject-reader.ts';

export interface EvaluatorOptions {
  readonly store: Pick<Storage, 'alerting' | 'users'>;
  readonly writer: VersionedWriter;
  /** Makes events durable, so that they are sent even if this process ends now. */
  readonly emit: (events: readonly AlertEvent[]) => Promise<void>;
}

/** The input of one evaluation of all rules. */
export interface Evaluation {
  readonly rules: readonly ActiveRule[];
  readonly silences: readonly Silence[];
  readonly changes: UsageChanges;
  readonly nowMs: number;
}

/** The stored figures of the subjects of one reading. */
interface ReadFigures {
  readonly sums: ReadonlyMap<string, SubjectSums>;
  /** Set for rules about latency. */
  readonly latencies: Awaited<ReturnType<SubjectReader['latencies']>> | undefined;
}

const MINUTE_MS = 60_000;
/**
 * How often every subject is evaluated, even if nothing changed. With many users and rules this takes a minute of a
 * core.
 */
const FULL_MS = 360 * MINUTE_MS;
/** Project, rule and subject of the row with the time of the last evaluation. No rule has an empty id. */
const EVALUATED_ROW = ['', '', ''] as const;
/** The value of that row. */
interface EvaluatedValue {
  readonly lookedMs: number;
}
const NO_IDS: ReadonlySet<string> = new Set();
const NOTHING: SubjectSums = { now: NO_SUMS, before: NO_SUMS };

/**
 * Evaluates rules. Only one process does so at a time; see `Lease`.
 *
 * An evaluation reads only what may have changed: users whose figures a write batch changed; once a minute, those that
 * fire in a rolling window; all users when a rule is new and every six hours. An ended calendar window is evaluated for
 * another hour, because calls of its last seconds and late calls arrive after its end. Events are stored before the
 * states that follow from them. After a crash between the two, the same event is created again with the same id.
 */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  /** By project and rule, then by subject. */
  readonly #states = new Map<string, States>();
  readonly #directories = new Map<string, UserDirectory>();
  readonly #revisions = new Map<string, string>();
  readonly #ahead: CallsAhead;
  readonly #rising = new RisingSubjects();
  readonly #due: DueContext;
  #isLoaded = false;
  #minute = -1;
  /** Time of the last complete evaluation; after a start, of the last one in the store; minus infinity where there was none. */
  #evaluatedMs: number | undefined;
  #storedMs: number | undefined;
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#ahead = new CallsAhead(options.store);
    this.#due = {
      store: options.store,
      states: this.#states,
      revisions: this.#revisions,
      rising: this.#rising,
    };
  }

  /** Forgets all states, because another process evaluated in the meantime. */
  reset(): void {
    this.#isLoaded = false;
    this.#revisions.clear();
    this.#directories.clear();
    this.#ahead.reset();
    this.#rising.reset();
  }

  /** States of a rule, for the API of this process. */
  statesOf(project: string, ruleId: string): ReadonlyMap<string, AlertState> {
    return this.#states.get(ruleKey(project, ruleId)) ?? new Map();
  }

  async evaluate({ rules, silences, changes, nowMs }: Evaluation): Promise<void> {
    const { isEverything, areRowsDeleted, deletedBeforeMs } = changes;
    const areUsersUnknown = isEverything || areRowsDeleted;
    if (!this.#isLoaded || areUsersUnknown) await this.#loadStates();
    const minute = Math.floor(nowMs / MINUTE_MS);
    const isNewMinute = minute !== this.#minute;
    const isFull = nowMs - this.#fullAtMs >= FULL_MS;
    for (const [project, own] of rulesByProject(rules)) {
      const written = changes.users.get(project) ?? NO_IDS;
      const reached = isNewMinute ? this.#ahead.reached(project, nowMs) : [];
      const changed = reached.length === 0 ? written : new Set([...written, ...reached]);
      const directory = this.#directoryOf(project);
      const users = await this.#refresh(directory, own, changed, areUsersUnknown);
      await this.#ahead.update(project, isEverything || isFull ? 'all' : written, nowMs);
      const readings = await dueReadings(this.#due, own, directory, {
        nowMs,
        sinceMs: this.#minute * MINUTE_MS,
        // After the clock was set back, the time of the last evaluation must not be in the future.
        evaluatedMs: this.#evaluatedMs === undefined ? undefined : Math.min(this.#evaluatedMs, nowMs),
        isFull: isFull || isEverything,
        isNewMinute,
        hasChanges: changed.size > 0 || areRowsDeleted,
        deletedBeforeMs,
        ...users,
      });
      await this.#evaluateRules(project, directory, readings, silences, nowMs);
      for (const active of own) this.#revisions.set(ruleKey(project, active.rule.id), active.revision);
    }
    await this.#forgetRules(rules);
    await this.#storeEvaluatedTime(nowMs);
    this.#minute = minute;
    if (isFull) this.#fullAtMs = nowMs;
  }

  #directoryOf(project: string): UserDirectory {
    let directory = this.#directories.get(project);
    if (directory === undefined) {
      directory = this.#options.store.alerting.openDirectory(project);
      this.#directories.set(project, directory);
    }
    return directory;
  }

  /** Users, by their canonical ids, and groups whose figures may have changed. */
  async #refresh(
    directory: UserDirectory,
    rules: readonly ActiveRule[],
    changed: ReadonlySet<string>,
    areUsersUnknown: boolean,
  ): Promise<{ readonly users: ReadonlySet<string>; readonly groups: ReadonlySet<string> }> {
    const ids = new Set([...changed, ...(await directory.refreshAliases())]);
    ids.delete('');
    const groups = new Set<string>();
    const addGroups = (): void => {
      for (const id of ids) {
        const group = directory.groupOf(id);
        if (group !== null) groups.add(group);
      }
    };
    const needsUsers = rules.some(
      ({ rule: { of, filter } }) =>
        of === 'group' || filter.group !== undefined || filter.props !== undefined,
    );
    if (needsUsers) {
      addGroups();
      if (areUsersUnknown) for (const group of await directory.reloadUsers()) groups.add(group);
      else await directory.refreshUsers(ids);
      addGroups();
    } else directory.forgetUsers();
    // An id that became an alias no longer has figures of its own, so alerts that fired for it resolve.
    return { users: new Set([...ids].flatMap((id) => [id, directory.canonicalOf(id)])), groups };
  }

  async #evaluateRules(
    project: string,
    directory: UserDirectory,
    readings: readonly Reading[],
    silences: readonly Silence[],
    nowMs: number,
  ): Promise<void> {
    if (readings.length === 0) return;
    const reader = new SubjectReader(this.#options.store, project, directory);
    const sums = await reader.read(readings);
    const events: AlertEvent[] = [];
    const moved = new Map<ActiveRule, Map<string, AlertState>>();
    for (const reading of readings) {
      const { active } = reading;
      const next = moved.get(active) ?? new Map<string, AlertState>();
      moved.set(active, next);
      const figures = {
        sums: sums.get(reading) ?? new Map<string, SubjectSums>(),
        latencies: active.rule.measure === 'latencyP95' ? await reader.latencies(reading) : undefined,
      };
      const fired = this.#advanceAll(project, directory, reading, figures, next, silences, nowMs);
      for (const event of fired) events.push(event);
    }
    if (events.length > 0)
      await this.#options.emit(await explainEvents(this.#options.store, project, directory, events));
    const rows: VersionedRow[] = [];
    for (const [{ rule }, next] of moved) {
      for (const [subject, state] of next) {
        rows.push({ cells: [project, rule.id, subjectKey(rule.of, subject), JSON.stringify(state)] });
      }
    }
    await this.#options.writer.write('alert_states', rows);
    for (const [{ rule }, next] of moved) {
      const states = this.#states.get(ruleKey(project, rule.id));
      for (const [subject, state] of next) states?.set(subject, state);
    }
  }

  /** Computes the next states of the subjects of one reading and adds those that changed to `next`. */
  #advanceAll(
    project: string,
    directory: UserDirectory,
    { active, subjects, span, isEnded = false }: Reading,
    { sums, latencies }: ReadFigures,
    next: States,
    silences: readonly Silence[],
    nowMs: number,
  ): AlertEvent[] {
    const { rule } = active;
    const key = ruleKey(project, rule.id);
    const states: States = this.#states.get(key) ?? new Map();
    this.#states.set(key, states);
    const matches = matcherOf(active, directory);
    const every = new Set(subjects ?? [...sums.keys(), ...states.keys(), ...next.keys()]);
    if (rule.of === 'project') every.add('');
    const events: AlertEvent[] = [];
    for (const subject of every) {
      const known = next.get(subject) ?? states.get(subject);
      const isMatch = matches === undefined || matches(subject);
      if (isUnnamed(active, subject) || (!isMatch && known === undefined)) continue;
      const used = (isMatch ? sums.get(subject) : undefined) ?? NOTHING;
      const latency = latencies?.get(subject);
      this.#rising.update(key, subject, active, { sums: used.now, latency, nowMs });
      const p95Ms = latency?.p95Ms;
      const step = advanceSubject(active, subject, known, { used, p95Ms, span, isEnded, nowMs, silences });
      if (step === undefined) continue;
      next.set(subject, step.state);
      if (step.event !== undefined) events.push(step.event);
    }
    return events;
  }

  /** Stores the time up to which windows are evaluated; see `endedSpans`. */
  async #storeEvaluatedTime(nowMs: number): Promise<void> {
    if (mustStoreTime(nowMs, this.#storedMs)) {
      const value = JSON.stringify({ lookedMs: nowMs } satisfies EvaluatedValue);
      await this.#options.writer.write('alert_states', [{ cells: [...EVALUATED_ROW, value] }]);
      this.#storedMs = nowMs;
    }
    this.#evaluatedMs = nowMs;
  }

  async #loadStates(): Promise<void> {
    this.#states.clear();
    const rows = await this.#options.store.alerting.readStates();
    // Without a row and without states, nothing was evaluated yet, so windows that ended since their rule was written
    // are still due. States without this row come from an earlier version.
    this.#evaluatedMs = rows.length === 0 ? Number.NEGATIVE_INFINITY : undefined;
    for (const { project, rule_id: ruleId, subject, value } of rows) {
      if (ruleId === EVALUATED_ROW[1]) {
        this.#evaluatedMs = (JSON.parse(value) as EvaluatedValue).lookedMs;
        this.#storedMs = this.#evaluatedMs;
        continue;
      }
      const key = ruleKey(project, ruleId);
      const states: States = this.#states.get(key) ?? new Map();
      states.set(subject.slice(subject.indexOf(':') + 1), JSON.parse(value) as AlertState);
      this.#states.set(key, states);
    }
    this.#isLoaded = true;
  }

  /** Removes the states of rules that no longer exist. */
  async #forgetRules(rules: readonly ActiveRule[]): Promise<void> {
    const known = new Map(rules.map((active) => [ruleKey(active.project, active.rule.id), active]));
    const rows: VersionedRow[] = [];
    for (const [key, states] of this.#states) {
      if (known.has(key)) continue;
      const [project = '', ruleId = ''] = key.split('\0');
      // A rule that is created again with this id must start without states. The kind of the subjects is not known any
      // more, so all states of the id are removed.
      for (const { subject } of await readStatesOf(this.#options.store, project, ruleId, states)) {
        rows.push({ cells: [project, ruleId, subject, ''], isDeleted: true });
      }
      this.#states.delete(key);
      this.#revisions.delete(key);
    }
    await this.#options.writer.write('alert_states', rows);
  }
}

async function readStatesOf(
  store: Pick<Storage, 'alerting' | 'users'>,
  project: string,
  ruleId: string,
  states: States,
): Promise<{ readonly subject: string }[]> {
  if (states.size === 0) return [];
  return (await store.alerting.readStates(project)).filter((row) => row.rule_id === ruleId);
}

/** Tells which subjects match the filter of a rule; `undefined` if all do. */
function matcherOf(
  { rule }: ActiveRule,
  directory: UserDirectory,
): ((subject: string) => boolean) | undefined {
  if (rule.of === 'user') return directory.matcherOf(rule.filter);
  const { group } = rule.filter;
  return rule.of === 'group' && group !== undefined ? (subject) => group.includes(subject) : undefined;
}

function rulesByProject(rules: readonly ActiveRule[]): ReadonlyMap<string, readonly ActiveRule[]> {
  const byProject = new Map<string, ActiveRule[]>();
  for (const rule of rules) {
    const list = byProject.get(rule.project);
    if (list) list.push(rule);
    else byProject.set(rule.project, [rule]);
  }
  return byProject;
}

/** Whether the subject stands for calls without a model, service or tag. Rules ignore these. */
function isUnnamed({ rule }: ActiveRule, subject: string): boolean {
  return rule.of !== 'project' && subject === '';
}
