import { readFile } from 'node:fs/promises';

import { OptionsError } from '../../config/options.ts';
import { APPLIED, refuseUnknown } from '../../config/read-settings.ts';
import { readEnvironment } from '../../config/environment.ts';
import { apiClient, CLIENT_FLAGS, jsonOf } from '../api-client.ts';
import { parseFlags } from '../parse-flags.ts';

interface Applied {
  readonly changes: readonly {
    readonly kind: string;
    readonly id: string;
    readonly action: string;
    readonly secret?: string;
    readonly fields: readonly {
      readonly field: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
  }[];
}

/**
 * `userspan apply [FILE]`: makes alerts, budgets and channels equal to those in a file; `--dry-run` only prints the
 * changes.
 */
export async function apply(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, 'dry-run': { type: 'boolean' } }, true);
  const [path = 'userspan.config.json', ...others] = positionals;
  if (others.length > 0) throw new OptionsError('userspan apply takes one file: userspan apply [FILE].');
  const body = await readSections(path);
  const isDryRun = flags['dry-run'] === true;
  const { changes } = await jsonOf<Applied>(
    await apiClient(flags).request(`/api/alerting?dryRun=${isDryRun}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  if (changes.length === 0) process.stdout.write('Nothing to change.\n');
  for (const change of changes) process.stdout.write(describe(change, isDryRun));
  return 0;
}

/** The output for one change. A dry run also lists the fields. */
function describe(
  { action, kind, id, secret, fields }: Applied['changes'][number],
  isDryRun: boolean,
): string {
  const shown = isDryRun ? fields : [];
  const lines = shown.flatMap(({ field, before, after }) => {
    const change = action === 'add' ? after : `${before ?? 'none'} -> ${after ?? 'none'}`;
    return change === null ? [] : [`  ${field}: ${change}\n`];
  });
  return [
    `${isDryRun ? 'would ' : ''}${action} ${kind} ${id}\n`,
    ...lines,
    ...(secret === undefined ? [] : [`  signing secret, shown once: ${secret}\n`]),
  ].join('');
}

/** Reads the alerts, budgets and channels of the file. Settings of the collector in it are ignored. */
async function readSections(path: string): Promise<Readonly<Record<string, unknown>>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'), (_, value: unknown) =>
      typeof value === 'string' ? withVariables(value, path) : value,
    );
  } catch (error) {
    if (error instanceof OptionsError) throw error;
    throw new OptionsError(`${path} cannot be read as JSON: ${String(error)}`, { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OptionsError(`${path} must contain a JSON object with ${APPLIED.join(', ')}`);
  }
  refuseUnknown(path, json);
  return Object.fromEntries(Object.entries(json).filter(([name]) => APPLIED.includes(name)));
}

/** Replaces `${USERSPAN_SLACK_URL}` and the like by environment variables, so that files contain no secrets. */
function withVariables(text: string, path: string): string {
  const variables = readEnvironment();
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) {
      throw new OptionsError(`${path} names \${${name}}, which is not set or does not begin with USERSPAN_`);
    }
    return value;
  });
}
