import { context, diag } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

import { messageOf, readEnvironment } from '../environment.ts';

/** The state of a user's or group's budgets. */
export interface BudgetStanding {
  /** Whether no budget is used up. Also `true` if the collector could not be reached, see `isKnown`. */
  readonly allowed: boolean;
  /** US dollars left in the tightest budget, an exact decimal; `null` without a budget. */
  readonly left: string | null;
  /** `false` if the collector did not answer in time. The app can then decide itself; by default it continues. */
  readonly isKnown: boolean;
  readonly budgets: readonly {
    readonly budget: string;
    readonly name: string;
    readonly usd: string;
    readonly spent: string;
    /** Unpriced calls of the period. They are not in `spent`. */
    readonly unpricedCalls: number;
    readonly left: string;
    readonly percent: number;
    readonly isExceeded: boolean;
    readonly to: string;
    readonly exhaustedAt: string | null;
  }[];
}

export interface BudgetOptions {
  /** Base URL of the collector. Default `USERSPAN_ENDPOINT`, or `http://127.0.0.1:4318`. */
  readonly url?: string;
  /** A token with the permission `read`. Default `USERSPAN_READ_TOKEN`. */
  readonly token?: string;
  /** Whether the id is that of a group. Default false. */
  readonly isGroup?: boolean;
  /** How long an answer is cached, in milliseconds. Default 5,000. */
  readonly cacheMs?: number;
  /** Maximum time to wait for the collector, in milliseconds. Default 250. */
  readonly timeoutMs?: number;
}

interface Known {
  readonly standing: BudgetStanding;
  readonly atMs: number;
}

const CACHE_MS = 5_000;
const TIMEOUT_MS = 250;
const MAX_KNOWN = 10_000;
const WARN_MS = 60_000;
/** How long the last answer is used if the collector does not answer. */
const MAX_STALE_MS = 300_000;
/** Statuses that mean an invalid request and not that the collector is unavailable. */
const WRONG_QUESTION: readonly number[] = [400, 404, 414, 422];
const UNKNOWN: BudgetStanding = { allowed: true, left: null, isKnown: false, budgets: [] };

/** Cached answers, by collector, token (which determines the project) and path. */
const known = new Map<string, Known>();
const asking = new Map<string, Promise<BudgetStanding>>();
/** When a collector last failed to answer, by URL and token. */
const failed = new Map<string, number>();
let warnedAtMs = Number.NEGATIVE_INFINITY;

/**
 * The state of a user's budgets, so that an app can refuse a call or use a cheaper model. Never throws.
 *
 * **It fails open**: if the collector does not answer in time, refuses the token or returns an invalid answer, the last
 * answer of the past five minutes is used, otherwise `{ allowed: true, isKnown: false }`. The collector is then not
 * asked again for `cacheMs`, so that only one request in that time waits for it. Figures are at most about fifteen
 * seconds old, so a user may spend slightly more than its budget.
 *
 * @example
 * const { allowed } = await budgetOf(userId);
 * if (!allowed) return response.status(402).json({ error: 'Your budget for this month is used up.' });
 */
export async function budgetOf(id: string, options: BudgetOptions = {}): Promise<BudgetStanding> {
  try {
    return await standingOf(id, options);
  } catch (error) {
    warn(error);
    return UNKNOWN;
  }
}

function standingOf(id: string, options: BudgetOptions): BudgetStanding | Promise<BudgetStanding> {
  const environment = readEnvironment();
  const base =
    (options.url ?? environment['USERSPAN_ENDPOINT'] ?? '').replace(/\/+$/, '') || 'http://127.0.0.1:4318';
  const token = options.token ?? environment['USERSPAN_READ_TOKEN'];
  const cacheMs = options.cacheMs ?? CACHE_MS;
  const collector = `${token ?? ''} ${base}`;
  const kind = options.isGroup === true ? 'groups' : 'users';
  // A lone surrogate becomes U+FFFD, as in the user's spans.
  const path = `/api/${kind}/~/budget?id=${encodeURIComponent(Buffer.from(id).toString())}`;
  const key = collector + path;
  const now = performance.now();
  const cached = known.get(key);
  if (cached !== undefined && now - cached.atMs < cacheMs) return cached.standing;
  if (now - (failed.get(collector) ?? Number.NEGATIVE_INFINITY) < cacheMs) return lastOf(key);
  const running = asking.get(key);
  if (running !== undefined) return running;
  const answer = ask(base + path, token, options.timeoutMs ?? TIMEOUT_MS)
    .then((standing) => {
      failed.delete(collector);
      remember(key, standing);
      return standing;
    })
    .catch((error: unknown) => {
      warn(error);
      if (!(error instanceof AnswerError && WRONG_QUESTION.includes(error.status))) {
        setBounded(failed, collector, performance.now());
      }
      return lastOf(key);
    })
    .finally(() => asking.delete(key));
  asking.set(key, answer);
  return answer;
}

function lastOf(key: string): BudgetStanding {
  const last = known.get(key);
  return last !== undefined && performance.now() - last.atMs < MAX_STALE_MS ? last.standing : UNKNOWN;
}

class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sends the request without a span, which would be noise in the app's traces. */
async function ask(url: string, token: string | undefined, timeoutMs: number): Promise<BudgetStanding> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await context.with(suppressTracing(context.active()), () =>
    fetch(url, { signal, headers }),
  );
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    throw new AnswerError(status, `the collector answered ${status}`);
  }
  const answer: unknown = await response.json();
  if (!isStanding(answer)) {
    throw new AnswerError(status, `${new URL(url).origin} does not answer like a Userspan collector`);
  }
  const { allowed, left, budgets } = answer;
  return { allowed, left, budgets, isKnown: true };
}

/** Whether an answer has all fields. An incomplete one could make the app's code throw. */
function isStanding(answer: unknown): answer is BudgetStanding {
  if (typeof answer !== 'object' || answer === null) return false;
  const { allowed, left, budgets } = answer as Partial<Record<string, unknown>>;
  return (
    typeof allowed === 'boolean' &&
    (left === null || typeof left === 'string') &&
    Array.isArray(budgets) &&
    budgets.every(isBudget)
  );
}

function isBudget(budget: unknown): boolean {
  if (typeof budget !== 'object' || budget === null) return false;
  const { isExceeded, to, ...others } = budget as Partial<Record<string, unknown>>;
  const isDate = typeof to === 'string' && !Number.isNaN(Date.parse(to));
  const texts = ['budget', 'name', 'usd', 'spent', 'left'].map((name) => others[name]);
  return typeof isExceeded === 'boolean' && isDate && texts.every((text) => typeof text === 'string');
}

function remember(key: string, standing: BudgetStanding): void {
  known.delete(key);
  setBounded(known, key, { standing, atMs: performance.now() });
}

/** Sets a value and removes the oldest one if there are too many. */
function setBounded<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KNOWN && oldest !== undefined) map.delete(oldest);
}

function warn(error: unknown): void {
  const now = performance.now();
  if (now - warnedAtMs < WARN_MS) return;
  warnedAtMs = now;
  diag.warn(`userspan: budgets are unknown, so all users are allowed: ${messageOf(error)}`);
}
