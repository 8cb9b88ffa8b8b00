import { OptionsError } from '../../config/options.ts';
import { apiClient, CLIENT_FLAGS, succeeded } from '../api-client.ts';
import { parseFlags, textFlag } from '../parse-flags.ts';

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
 * `userspan meter`: sends what is owed to billers; `--dry-run` says what would be sent, `--reconcile` what was sent and
 * what is owed, `--uncertain list|sent|again` decides about events that the biller may have, and `--format
 * csv|ndjson|focus` writes usage by customer, day and model instead.
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
  const decision = textFlag(flags, 'uncertain');
  if (decision !== undefined && !['list', 'sent', 'again'].includes(decision)) {
    throw new OptionsError(`--uncertain must be list, sent or again; got ${JSON.stringify(decision)}`);
  }
  const client = apiClient(flags);
  const format = textFlag(flags, 'format');
  if (format !== undefined) {
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
  const listed = await succeeded(await client.request('/api/exporters'));
  const { data } = (await listed.json()) as { data: { id: string }[] };
  const wanted = textFlag(flags, 'exporter');
  const ids = data.map(({ id }) => id).filter((id) => wanted === undefined || id === wanted);
  if (ids.length === 0) {
    throw new OptionsError(
      wanted === undefined
        ? 'There is no exporter: add one with PUT /api/exporters/ID, or write usage with --format csv.'
        : `There is no exporter ${wanted}.`,
    );
  }
  let isWell = true;
  for (const id of ids) {
    const path = `/api/exporters/${encodeURIComponent(id)}`;
    if (flags['reconcile'] === true) {
      const answer = await succeeded(await client.request(`${path}/reconcile`));
      const { owed, sent, uncertain, difference, states } = (await answer.json()) as Reconciliation;
      const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
      process.stdout.write(
        `${id}: owed ${owed}, sent ${sent}, difference ${difference} (${counts.join(', ') || 'no events'})\n`,
      );
      if (uncertain !== '0') {
        process.stdout.write(
          `  of ${uncertain} it is unknown whether the biller has it: look there, then run userspan meter --exporter ${id} --uncertain sent|again\n`,
        );
      }
      isWell &&= difference === '0';
      continue;
    }
    if (decision !== undefined) {
      const answer = await succeeded(
        await client.request(`${path}/uncertain`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(decision === 'list' ? {} : { as: decision }),
        }),
      );
      writeEvents(id, ((await answer.json()) as Pick<Run, 'events'>).events);
      continue;
    }
    const body = JSON.stringify({ dryRun: flags['dry-run'] === true });
    const headers = { 'content-type': 'application/json' };
    const answer = await succeeded(await client.request(`${path}/run`, { method: 'POST', headers, body }));
    const { made, sent, pending, problem, events } = (await answer.json()) as Run;
    if (flags['dry-run'] === true) {
      writeEvents(id, events);
      process.stdout.write(`${id}: ${made} events would be sent\n`);
    } else {
      process.stdout.write(
        `${id}: ${sent} sent, ${pending} pending${problem === null ? '' : `: ${problem}`}\n`,
      );
      isWell &&= pending === 0;
    }
  }
  return isWell ? 0 : 1;
}

function writeEvents(id: string, events: Run['events']): void {
  for (const { customer, day, model, amount } of events) {
    process.stdout.write(`${id}\t${JSON.stringify(customer)}\t${day}\t${model}\t${amount}\n`);
  }
}
