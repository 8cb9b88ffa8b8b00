import { apiClient, CLIENT_FLAGS, succeeded } from './api-client.ts';
import { countFlag, parseFlags, textFlag } from './parse-flags.ts';

interface UserRow {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costExact: string | null;
  readonly unpricedCalls: number;
  readonly lastSeen: string;
}

const FILTERS = ['q', 'sort', 'order', 'from', 'to', 'group', 'model'] as const;

/** `userspan users`: the users of a running collector, as a table or as JSON. */
export async function users(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' as const }])),
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const query = new URLSearchParams({ limit: String(countFlag(flags, 'limit', 20)) });
  for (const name of FILTERS) {
    const value = textFlag(flags, name);
    if (value !== undefined) {
      query.set(name, value);
    }
  }
  const response = await succeeded(await apiClient(flags).request(`/api/users?${query.toString()}`));
  if (flags['json'] === true) {
    process.stdout.write(`${await response.text()}\n`);
    return 0;
  }
  const { data } = (await response.json()) as { data: UserRow[] };
  process.stdout.write(data.length === 0 ? 'No users yet.\n' : table(data));
  return 0;
}

const HEADINGS = ['user', 'name', 'calls', 'input', 'output', 'cost, USD', 'unpriced', 'last seen'];

function table(rows: readonly UserRow[]): string {
  const cells = rows.map((row) => [
    row.id,
    row.name ?? row.email ?? '',
    ...[row.calls, row.inputTokens, row.outputTokens].map((count) => count.toLocaleString('en-US')),
    costOf(row),
    String(row.unpricedCalls),
    row.lastSeen,
  ]);
  const lines = [HEADINGS, ...cells].map((line) => line.map(printable));
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column >= 2 && column <= 6;
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

/** The exact sum; with a `+` where calls without a price are missing in it. */
function costOf({ costExact, unpricedCalls }: UserRow): string {
  if (costExact === null) {
    return 'unpriced';
  }
  return unpricedCalls > 0 ? `${costExact}+` : costExact;
}

/** An id may hold any character: control characters must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�').slice(0, 60);
}
