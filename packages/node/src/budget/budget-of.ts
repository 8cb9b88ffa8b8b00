import { context, diag } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

import { messageOf, readEnvironment } from '../environment.ts';

/** How a user or group stands with its budgets. */
export interface BudgetStanding {
  /** No budget is used up. Also `true` where the collector could not be asked: see `isKnown`. */
  readonly allowed: boolean;
  /** US dollars that are left of the tightest budget, an exact decimal; `null` without a budget. */
  readonly left: string | null;
  /** `false` where the collector did not answer in time: the app decides, and by default goes on. */
  readonly isKnown: boolean;
  readonly budgets: readonly {
    readonly budget: string;
    readonly name: string;
    readonly usd: string;
    readonly spent: string;
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
  /** Asks for a group instead of a user. Default false. */
  readonly isGroup?: boolean;
  /** How long an answer is given again. Default 5,000. */
  readonly cacheMs?: number;
  /** How long the collector is waited for. Default 250. */
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
/** What an answer is still good for while the collector does not answer. */
const MAX_STALE_MS = 300_000;
const UNKNOWN: BudgetStanding = { allowed: true, left: null, isKnown: false, budgets: [] };

const known = new Map<string, Known>();
const asking = new Map<string, Promise<BudgetStanding>>();
let warnedAtMs = Number.NEGATIVE_INFINITY;

/**
 * How a user stands with its budgets, so that an app can refuse or downgrade before a call. Never throws.
 *
 * **It fails open**: where the collector does not answer in time, the last answer of the past five minutes is given, or
 * `{ allowed: true, isKnown: false }`. Figures are at most some fifteen seconds old: a user may spend a little more
 * than its budget.
 *
 * @example
 * const { allowed } = await budgetOf(userId);
 * if (!allowed) return response.status(402).json({ error: 'Your budget for this month is used up.' });
 */
export function budgetOf(id: string, options: BudgetOptions = {}): Promise<BudgetStanding> {
  const environment = readEnvironment();
  const base =
    (options.url ?? environment['USERSPAN_ENDPOINT'] ?? '').replace(/\/+$/, '') || 'http://127.0.0.1:4318';
  const kind = options.isGroup === true ? 'groups' : 'users';
  const url = `${base}/api/${kind}/~/budget?id=${encodeURIComponent(id)}`;
  const now = performance.now();
  const cached = known.get(url);
  if (cached !== undefined && now - cached.atMs < (options.cacheMs ?? CACHE_MS))
    return Promise.resolve(cached.standing);
  const running = asking.get(url);
  if (running !== undefined) return running;
  const token = options.token ?? environment['USERSPAN_READ_TOKEN'];
  const answer = ask(url, token, options.timeoutMs ?? TIMEOUT_MS)
    .then((standing) => {
      remember(url, standing);
      return standing;
    })
    .catch((error: unknown) => {
      warn(error);
      const last = known.get(url);
      return last !== undefined && performance.now() - last.atMs < MAX_STALE_MS ? last.standing : UNKNOWN;
    })
    .finally(() => asking.delete(url));
  asking.set(url, answer);
  return answer;
}

/** Without a span of its own, which would only be noise in the traces of the app. */
async function ask(url: string, token: string | undefined, timeoutMs: number): Promise<BudgetStanding> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await context.with(suppressTracing(context.active()), () =>
    fetch(url, { signal, headers }),
  );
  if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  const { allowed, left, budgets } = (await response.json()) as Omit<BudgetStanding, 'isKnown'>;
  return { allowed, left, budgets, isKnown: true };
}

function remember(url: string, standing: BudgetStanding): void {
  known.delete(url);
  known.set(url, { standing, atMs: performance.now() });
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
}

function warn(error: unknown): void {
  const now = performance.now();
  if (now - warnedAtMs < WARN_MS) return;
  warnedAtMs = now;
  diag.warn(`userspan: budgets are not known, so users are let through: ${messageOf(error)}`);
}
