import { OptionsError } from '../../config/options.ts';
import { apiClient, CLIENT_FLAGS, jsonOf, succeeded, type ApiClient } from '../api-client.ts';
import { parseFlags, textFlag, type Flags } from '../parse-flags.ts';

interface Run {
  readonly made: number;
  readonly sent: number;
  readonly pending: number;
  readonly problem: string | null;
  readonly events: readonly {
    readonly customer: string;
    readonly day: string;
    readonly model: string;
    readonly quantity: string;
    readonly amount: string;
  }[];
}

interface Reconciliation {
  readonly owed: string;
  readonly sent: string;
  readonly uncertain: string;
  readonly difference: string;
  readonly states: Readonly<Record<string, number>>;
}

/**
 * `userspan meter`: sends unbilled usage to billers; `--dry-run` prints what would be sent, `--reconcile` compares what
 * was sent with what is owed, `--uncertain list|sent|again` decides about events that the biller may have, and
 * `--format csv|ndjson|focus` writes usage by customer, day and model instead.
 */
export async function meter(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    exporter: { type: 'string' },
    'dry-run': { type: 'boolean' },
    reconcile: { type: 'boolean' },
    uncertain: { type: 'string' },
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    customer: { type: 'string' },
    'mark-up': { type: 'string' },
  });
  refuseTogether(flags);
  const decision = textFlag(flags, 'uncertain');
  if (decision !== undefined && !['list', 'sent', 'again'].includes(decision)) {
    throw new OptionsError(`--uncertain must be list, sent or again; got ${JSON.stringify(decision)}`);
  }
  const client = apiClient(flags);
  const format = textFlag(flags, 'format');
  if (format !== undefined) return writeUsage(client, flags, format);
  let isWell = true;
  for (const id of await exporterIds(client, textFlag(flags, 'exporter'))) {
    if (flags['reconcile'] === true) isWell = (await reconcile(client, id)) && isWell;
    else if (decision !== undefined) await decideUncertain(client, id, decision);
    else isWell = (await run(client, id, flags['dry-run'] === true)) && isWell;
  }
  return isWell ? 0 : 1;
}

/** What a command does instead of sending. */
const MODES = ['dry-run', 'reconcile', 'uncertain', 'format'] as const;
const OF_FORMAT = ['from', 'to', 'customer', 'mark-up'] as const;

/** A flag that would be ignored is refused: the command would send, or decide, more than was meant. */
function refuseTogether(flags: Flags): void {
  const modes = MODES.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (modes.length > 1) {
    throw new OptionsError(
      `userspan meter does one thing at a time: give one of ${modes.map((name) => `--${name}`).join(' and ')}.`,
    );
  }
  const hasFormat = modes[0] === 'format';
  const alone = OF_FORMAT.find((name) => flags[name] !== undefined);
  if (alone !== undefined && !hasFormat) {
    throw new OptionsError(`--${alone} needs --format: without it everything that is owed is sent.`);
  }
  if (hasFormat && flags['exporter'] !== undefined) {
    throw new OptionsError('--format writes the usage of a project and takes no --exporter.');
  }
}

/** Writes usage by customer, day and model. */
async function writeUsage(client: ApiClient, flags: Flags, format: string): Promise<number> {
  const query = new URLSearchParams({ format });
  for (const [flag, name] of [
    ['from', 'from'],
    ['to', 'to'],
    ['customer', 'customer'],
    ['mark-up', 'markUp'],
  ] as const) {
    const value = textFlag(flags, flag);
    if (value !== undefined) query.set(name, value);
  }
  const response = await succeeded(await client.request(`/api/meter/export?${query.toString()}`));
  for await (const chunk of response.body ?? []) process.stdout.write(chunk);
  return 0;
}

/** The ids of all exporters, or the requested one. */
async function exporterIds(client: ApiClient, wanted: string | undefined): Promise<readonly string[]> {
  const { data } = await jsonOf<{ data: { id: string }[] }>(await client.request('/api/exporters'));
  const ids = data.map(({ id }) => id).filter((id) => wanted === undefined || id === wanted);
  if (ids.length === 0) {
    throw new OptionsError(
      wanted === undefined
        ? 'There is no exporter: create one with PUT /api/exporters/ID, or write usage with --format csv.'
        : `There is no exporter ${wanted}.`,
    );
  }
  return ids;
}

/** Prints what was sent and what is owed. Returns whether they are equal. */
async function reconcile(client: ApiClient, id: string): Promise<boolean> {
  const { owed, sent, uncertain, difference, states } = await jsonOf<Reconciliation>(
    await client.request(`${pathOf(id)}/reconcile`),
  );
  const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  process.stdout.write(
    `${id}: owed ${owed}, sent ${sent}, difference ${difference} (${counts.join(', ') || 'no events'})\n`,
  );
  if (uncertain !== '0') {
    process.stdout.write(
      `  for ${uncertain} it is unknown whether the billing system has them: check there, then run userspan meter --exporter ${id} --uncertain sent|again\n`,
    );
  }
  return difference === '0';
}

/** Lists events that the biller may have, or decides about them. */
async function decideUncertain(client: ApiClient, id: string, decision: string): Promise<void> {
  const body = decision === 'list' ? {} : { as: decision };
  const { events } = await post<Pick<Run, 'events'>>(client, `${pathOf(id)}/uncertain`, body);
  writeEvents(id, events);
}

/** Sends unbilled usage, or prints what would be sent. Returns whether nothing remains to be sent. */
async function run(client: ApiClient, id: string, isDryRun: boolean): Promise<boolean> {
  const { made, sent, pending, problem, events } = await post<Run>(client, `${pathOf(id)}/run`, {
    dryRun: isDryRun,
  });
  if (isDryRun) {
    writeEvents(id, events);
    process.stdout.write(`${id}: ${made} events would be sent\n`);
    return true;
  }
  process.stdout.write(`${id}: ${sent} sent, ${pending} pending${problem === null ? '' : `: ${problem}`}\n`);
  return pending === 0;
}

function pathOf(id: string): string {
  return `/api/exporters/${encodeURIComponent(id)}`;
}

async function post<T>(client: ApiClient, path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return jsonOf<T>(await client.request(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

function writeEvents(id: string, events: Run['events']): void {
  for (const { customer, day, model, amount } of events) {
    process.stdout.write(`${id}\t${JSON.stringify(customer)}\t${day}\t${model}\t${amount}\n`);
  }
}
