import { getJson } from './processes.ts';

/** The figures of a row of `GET /api/users` (and of `unattributed`) that are compared with a bill. */
export interface Figures {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costExact: string | null;
}

export interface UserRow extends Figures {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly group: string | null;
}

export interface UsersAndRest {
  readonly users: readonly UserRow[];
  readonly unattributed: Figures;
}

/** The collector's current figures of all users and of unattributed calls. */
export async function readUsers(collectorUrl: string): Promise<UsersAndRest> {
  const [users, summary] = await Promise.all([
    getJson<{ data: UserRow[] }>(`${collectorUrl}/api/users?limit=100`),
    getJson<{ unattributed: Figures }>(`${collectorUrl}/api/summary`),
  ]);
  return { users: users.data, unattributed: summary.unattributed };
}

export function totalCalls({ users, unattributed }: UsersAndRest): number {
  return users.reduce((sum, user) => sum + user.calls, unattributed.calls);
}

/** Adds decimal strings exactly. */
export function addDollars(amounts: readonly string[]): string {
  const scale = 20;
  let sum = 0n;
  for (const amount of amounts) {
    const [whole = '0', fraction = ''] = amount.split('.');
    sum += BigInt(whole + fraction.padEnd(scale, '0'));
  }
  const digits = sum.toString().padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '') || '0';
}
