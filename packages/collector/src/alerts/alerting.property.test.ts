import { toUnits } from '@userspan/ledger';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { deleteBefore } from '../maintenance/retention.ts';
import { AlertReference } from '../testing/reference/alert-reference.ts';
import type { ReferenceCall, ReferenceRule } from '../testing/reference/alert-reference.ts';
import { anyRule, anyStep, GROUPS, indexOf, MOVER, STARTS, USERS } from '../testing/reference/alert-steps.ts';
import type { Step } from '../testing/reference/alert-steps.ts';
import { Death, dieAt, openAlertingCollector } from '../testing/alerting-collector.ts';
import type { AlertingCollector, Answer } from '../testing/alerting-collector.ts';
import { startReceiver } from '../testing/receiver.ts';
import type { Receiver } from '../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Steps whose spans arrive in one batch if they are consecutive. */
const BATCHED: ReadonlySet<string> = new Set(['call', 'orphan', 'adopt', 'again']);

let collector: AlertingCollector;
let receiver: Receiver;
beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
}, 60_000);
afterEach(() => {
  vi.restoreAllMocks();
});

let runs = 0;
let spanId = 0;

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, string>> & {
    readonly rule: { readonly id: string; readonly of: string };
  };
}

/** Messages received since the last evaluation, without repetitions, in the format of the reference. */
function toldOf(project: string): string[] {
  const lines = new Map<string, string>();
  for (const { headers, body } of receiver.requests) {
    const { type, data } = JSON.parse(body) as Told;
    if (data['project'] !== project) continue;
    const { id, of } = data.rule;
    const subject = of === 'project' ? '' : (data[of] ?? '');
    lines.set(
      String(headers['webhook-id']),
      `${id} ${type.slice('alert.'.length)} ${subject} ${data['value']} ${data['threshold']}`,
    );
  }
  receiver.requests.length = 0;
  return [...lines.values()].sort();
}

/** The events of an evaluation, and the expected events. */
interface Evaluated {
  readonly now: string;
  readonly told: readonly string[];
  readonly expected: readonly string[];
  /** Rules whose messages differ from the expected ones. */
  readonly wrong: readonly ReferenceRule[];
}

/** One project with its rules, and the reference implementation, which gets the same events. */
class Run {
  readonly reference = new AlertReference(collector.nowMs);
  readonly #project: string;
  readonly #erasedMs = new Map<string, number>();
  readonly #lastSeenMs = new Map<string, number>();
  #orphans: ReferenceCall[] = [];
  readonly #spans: TestSpan[] = [];
  #price: bigint | undefined;
  #last: TestSpan | undefined;

  constructor(project: string, rules: readonly Omit<ReferenceRule, 'id'>[]) {
    this.#project = project;
    this.reference.rules = rules.map((each, at) => ({ ...each, id: `r${at}` }));
  }

  async begin(): Promise<void> {
    await this.#send('POST', '/api/channels', { id: 'hook', type: 'webhook', url: receiver.url });
    for (const { id, thresholds, ...rest } of this.reference.rules) {
      const body = { ...rest, thresholds: thresholds.map((value) => ({ value })), channels: ['hook'] };
      const { status, body: answer } = await this.#send('PUT', `/api/alerts/${id}`, body);
      if (status !== 200) throw new Error(`the rule was refused: ${JSON.stringify(answer)}`);
    }
  }

  async end(): Promise<Evaluated> {
    await this.#flush();
    const last = await this.#evaluate({ do: 'evaluate', minutes: 0, death: undefined, isWritten: false });
    for (const { id } of this.reference.rules) await this.#send('DELETE', `/api/alerts/${id}`);
    return last;
  }

  async take(step: Step): Promise<Evaluated | undefined> {
    if (!BATCHED.has(step.do)) await this.#flush();
    const { reference } = this;
    switch (step.do) {
      case 'call':
        this.#call(step.user, step.isMoved, step.usage);
        break;
      case 'orphan': {
        const one = this.#call(0, false, step.usage);
        if (one !== undefined) this.#orphans.push(one);
        break;
      }
      case 'adopt':
        this.#adopt(USERS[step.user] ?? '', GROUPS[step.user] ?? '');
        break;
      case 'again':
        if (this.#last !== undefined) this.#spans.push(this.#last);
        break;
      case 'price':
        await this.#reprice(step.usd);
        break;
      case 'alias': {
        const from = USERS[step.from] ?? '';
        const to = USERS[step.to] ?? '';
        // This test only uses chains of one alias.
        const isFree = ![...reference.aliases].flat().some((id) => id === from || id === to);
        if (from === to || !isFree) break;
        const { status } = await this.#send('POST', `/api/users/${from}/alias`, { userId: to });
        if (status === 200) reference.aliases.set(from, to);
        break;
      }
      case 'unalias': {
        const from = USERS[step.from] ?? '';
        if (reference.aliases.delete(from)) await this.#send('POST', `/api/users/${from}/unalias`);
        break;
      }
      case 'erase':
        await this.#erase(reference.canonical(USERS[step.user] ?? ''));
        break;
      case 'retain':
        await this.#retain(step.days);
        break;
      case 'silence': {
        const untilMs = collector.nowMs + step.minutes * MINUTE;
        const what = step.what === 'rule' ? { rule: 'r0' } : { user: step.what };
        await this.#send('POST', '/api/silences', { ...what, until: new Date(untilMs).toISOString() });
        reference.silences.push({ ...what, fromMs: collector.nowMs, untilMs });
        break;
      }
      default:
        return this.#evaluate(step);
    }
    return undefined;
  }

  #send(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Promise<Answer> {
    return collector.request(method, url, body, this.#project);
  }

  async #flush(): Promise<void> {
    if (this.#spans.length > 0) await collector.store.pipeline.write(batch(...this.#spans.splice(0)));
  }

  #call(
    at: number,
    isMoved: boolean,
    used: (Step & { readonly do: 'orphan' })['usage'],
  ): ReferenceCall | undefined {
    spanId += 2;
    const id = USERS[at] ?? '';
    const atMs = collector.nowMs - used.age * MINUTE;
    const isHouse = used.model === 'house';
    // If the group changes, the newest call has the current one.
    const group = at === MOVER ? (isMoved ? 'blue' : 'red') : (GROUPS[at] ?? '');
    const isGrouped = id !== '' && (at !== MOVER || used.age === 0);
    this.#last = {
      id: spanId,
      trace: spanId,
      project: this.#project,
      service: used.service,
      atMs: atMs - NOON_MS,
      durationMs: used.durationMs,
      receivedAtMs: collector.nowMs,
      attributes: {
        ...call({
          'gen_ai.request.model': used.model,
          'gen_ai.usage.input_tokens': used.tokens,
          'gen_ai.usage.output_tokens': 0,
          'gen_ai.usage.cost': isHouse ? null : used.cost,
          ...(used.isError ? { 'error.type': '500' } : {}),
          ...(used.tags.length > 0 ? { 'userspan.tags': used.tags } : {}),
        }),
        ...(id === '' ? {} : user(id, isGrouped ? { 'userspan.user.group': group } : {})),
      },
    };
    this.#spans.push(this.#last);
    if (atMs < (this.#erasedMs.get(id) ?? 0)) return undefined;
    this.#seen(id, atMs);
    if (isGrouped) this.reference.groups.set(id, group);
    const { model, service, tags, tokens, isError, durationMs } = used;
    const isPriced = !isHouse || this.#price !== undefined;
    const cost = isHouse ? (this.#price ?? 0n) * BigInt(tokens) : toUnits(used.cost.toFixed(12));
    const one = {
      id: spanId,
      user: id,
      model,
      service,
      tags,
      atMs,
      tokens,
      isError,
      durationMs,
      isPriced,
      cost,
    };
    this.reference.calls.push(one);
    return one;
  }

  /** A late span that names the user of an earlier call. */
  #adopt(id: string, group: string): void {
    const orphan = this.#orphans.shift();
    if (orphan === undefined || orphan.atMs < (this.#erasedMs.get(id) ?? 0)) return;
    this.#spans.push({
      id: orphan.id + 1,
      trace: orphan.id,
      project: this.#project,
      atMs: orphan.atMs - NOON_MS,
      receivedAtMs: collector.nowMs,
      attributes: user(id, { 'userspan.user.group': group }),
    });
    this.#seen(id, orphan.atMs);
    this.reference.groups.set(id, group);
    orphan.user = id;
  }

  #seen(id: string, atMs: number): void {
    this.#lastSeenMs.set(id, Math.max(atMs, this.#lastSeenMs.get(id) ?? 0));
  }

  async #reprice(usd: number): Promise<void> {
    const usdPerMillion = { input: usd * 100_000, output: 0 };
    await this.#send('POST', '/api/prices', { model: 'house', usdPerMillion });
    await this.#send('POST', '/api/reprice', { dryRun: false, model: 'house' });
    this.#price = toUnits(String(usd / 10));
    for (const one of this.reference.calls) {
      if (one.model !== 'house') continue;
      one.cost = this.#price * BigInt(one.tokens);
      one.isPriced = true;
    }
  }

  async #erase(id: string): Promise<void> {
    const { reference } = this;
    const ids = [id, ...[...reference.aliases].filter(([, to]) => to === id).map(([from]) => from)];
    const { status } = await this.#send('DELETE', `/api/users/${id}`);
    if (status !== 200) return;
    reference.calls = reference.calls.filter(({ user: owner }) => !ids.includes(owner));
    for (const one of ids) {
      reference.forget(one);
      this.#erasedMs.set(one, collector.nowMs);
    }
    this.#last = undefined;
  }

  async #retain(days: number): Promise<void> {
    const firstMs = (Math.floor(collector.nowMs / DAY) - days + 1) * DAY;
    await deleteBefore(collector.store.pipeline, firstMs / DAY);
    this.reference.forgetBefore(firstMs, this.#lastSeenMs);
    this.#orphans = this.#orphans.filter(({ atMs }) => atMs >= firstMs);
    if (NOON_MS + (this.#last?.atMs ?? 0) < firstMs) this.#last = undefined;
  }

  async #evaluate({ minutes, death, isWritten }: Step & { readonly do: 'evaluate' }): Promise<Evaluated> {
    collector.nowMs += minutes * MINUTE;
    if (death !== undefined) {
      const revive = dieAt(collector, death, isWritten);
      await collector.alerting.tick().catch((error: unknown) => {
        if (!(error instanceof Death)) throw error;
      });
      revive();
      await collector.restart();
    }
    await collector.pass(0);
    const expected = this.reference.evaluate(collector.nowMs);
    // The reference has no figure for windows without calls.
    const without = (line: string): string => line.split(' ').toSpliced(-2, 1, 'none').join(' ');
    const told = toldOf(this.#project)
      .map((line) => (expected.includes(without(line)) ? without(line) : line))
      .sort();
    const ids = new Set(
      [...told, ...expected].filter((line) => !told.includes(line) || !expected.includes(line)),
    );
    const wrong = this.reference.rules.filter(({ id }) => [...ids].some((line) => line.startsWith(`${id} `)));
    return { now: new Date(collector.nowMs).toISOString(), told, expected, wrong };
  }
}

test('random events in any order fire and resolve the same alerts as a simple reference', async () => {
  const seed = process.env['USERSPAN_PROPERTY_SEED'];
  const property = fc.asyncProperty(
    indexOf(STARTS),
    fc.array(anyRule, { minLength: 4, maxLength: 8 }),
    fc.array(anyStep, { minLength: 8, maxLength: 20 }),
    async (start, rules, steps) => {
      runs += 1;
      collector.nowMs = STARTS[start] ?? 0;
      // Their versions may be later than the time of this run, because versions never decrease.
      await collector.store.store.execute('TRUNCATE TABLE alerting_configs');
      await collector.store.store.execute('TRUNCATE TABLE alert_states');
      await collector.restart();
      const run = new Run(`run ${runs}`, rules);
      await run.begin();
      const evaluations: (Evaluated | undefined)[] = [];
      for (const step of steps) {
        evaluations.push(await run.take(step));
        if ((evaluations.at(-1)?.wrong.length ?? 0) > 0) break;
      }
      evaluations.push(await run.end());
      const wrong = evaluations.find((one) => one !== undefined && one.wrong.length > 0);
      expect(wrong).toEqual(undefined);
    },
  );
  await fc.assert(property, {
    numRuns: Number(process.env['USERSPAN_PROPERTY_RUNS'] ?? 2),
    endOnFailure: true,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
}, 3_600_000);
