import { decimalOf, unitsOf } from '../runtime/decimal-units.ts';
import { apiClient, CLIENT_FLAGS, jsonOf } from './api-client.ts';
import { countFlag, parseFlags, textFlag } from './parse-flags.ts';

/** The sums of a row. */
interface Figures {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costExact: string | null;
  readonly unpricedCalls: number;
  readonly estimatedCalls: number;
}

interface UserRow extends Figures {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly lastSeen: string;
}

interface UsersAnswer {
  readonly data: readonly UserRow[];
  /** Number of matching users, including those beyond the limit. */
  readonly total: number;
  readonly totals: Figures;
}

const FILTERS = ['q', 'from', 'to', 'group', 'model'] as const;
const ORDER = ['sort', 'order'] as const;

/**
 * `userspan users`: the users of a running collector, as a table or as JSON. Calls without a known user have a separate
 * row, so that the last line is the total cost of the project.
 */
export async function users(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    ...Object.fromEntries([...FILTERS, ...ORDER].map((name) => [name, { type: 'string' as const }])),
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const client = apiClient(flags);
  const read = async <T>(path: string, query: Readonly<Record<string, string>>): Promise<T> => {
    return jsonOf<T>(await client.request(`${path}?${new URLSearchParams(query).toString()}`));
  };
  const given = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = textFlag(flags, name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  const filters = given(FILTERS);
  const limit = String(countFlag(flags, 'limit', 20));
  const answer = await read<UsersAnswer>('/api/users', { ...filters, ...given(ORDER), limit });
  const { unattributed } = await read<{ unattributed: Figures }>('/api/summary', filters);
  process.stdout.write(
    flags['json'] === true
      ? `${JSON.stringify({ ...answer, unattributed })}\n`
      : answer.data.length === 0 && unattributed.calls === 0
        ? 'No users yet.\n'
        : table(answer, unattributed),
  );
  return 0;
}

const HEADINGS = ['user', 'name', 'calls', 'input', 'output', 'cost, USD', 'unpriced', 'last seen'];

function table({ data, total, totals }: UsersAnswer, unattributed: Figures): string {
  const hidden = total - data.length;
  const beyond =
    hidden > 0
      ? [
          cellsOf(
            `(${hidden.toLocaleString('en-US')} more)`,
            data.reduce<Figures>((rest, row) => plus(rest, row, -1), totals),
          ),
        ]
      : [];
  const cells = [
    ...data.map((row) => cellsOf(row.id, row, row.name ?? row.email ?? '', row.lastSeen)),
    ...beyond,
    ...(unattributed.calls > 0 ? [cellsOf('(no user)', unattributed)] : []),
    cellsOf('total', plus(totals, unattributed)),
  ];
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

function cellsOf(id: string, figures: Figures, name = '', lastSeen = ''): string[] {
  return [
    id,
    name,
    ...[figures.calls, figures.inputTokens, figures.outputTokens].map((count) =>
      count.toLocaleString('en-US'),
    ),
    costOf(figures),
    figures.unpricedCalls.toLocaleString('en-US'),
    lastSeen,
  ];
}

function plus(a: Figures, b: Figures, sign: 1 | -1 = 1): Figures {
  const costs = [a.costExact, b.costExact];
  const [ofA, ofB] = costs.map((cost) => (cost === null ? 0n : unitsOf(cost)));
  return {
    calls: a.calls + sign * b.calls,
    inputTokens: a.inputTokens + sign * b.inputTokens,
    outputTokens: a.outputTokens + sign * b.outputTokens,
    costExact: costs.every((cost) => cost === null)
      ? null
      : decimalOf((ofA ?? 0n) + BigInt(sign) * (ofB ?? 0n)),
    unpricedCalls: a.unpricedCalls + sign * b.unpricedCalls,
    estimatedCalls: a.estimatedCalls + sign * b.estimatedCalls,
  };
}

/** The exact sum, with `+` if it does not include unpriced calls, and `~` if tokens are estimated. */
function costOf({ costExact, unpricedCalls, estimatedCalls }: Figures): string {
  if (costExact === null) {
    return 'unpriced';
  }
  return `${estimatedCalls > 0 ? '~' : ''}${costExact}${unpricedCalls > 0 ? '+' : ''}`;
}

/** Replaces control characters, which ids may contain and which must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�').slice(0, 60);
}
