import { createInterface } from 'node:readline/promises';
import { OptionsError } from '../config/options.ts';
import { apiClient, CLIENT_FLAGS, jsonOf, userPath } from './api-client.ts';
import { parseFlags } from './parse-flags.ts';

/**
 * `userspan erase USER`: erases a user everywhere and prints the receipt. Exits with 1 if there is no data for that id.
 */
export async function eraseUser(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, yes: { type: 'boolean' } }, true);
  const [userId, ...others] = positionals;
  if (userId === undefined || others.length > 0) {
    throw new OptionsError('userspan erase needs the id of one user: userspan erase USER.');
  }
  if (flags['yes'] !== true && !(await isConfirmed(userId))) {
    process.stderr.write('Nothing was erased.\n');
    return 1;
  }
  const client = apiClient(flags);
  const receipt = await jsonOf<Receipt>(await client.request(userPath(userId), { method: 'DELETE' }));
  if (!hasErased(receipt)) {
    process.stderr.write(
      `There is no user ${JSON.stringify(userId)} in this project: nothing was erased. userspan users lists the ids.\n`,
    );
    return 1;
  }
  process.stdout.write(`${JSON.stringify(receipt)}\n`);
  if (receipt.damagedParts !== undefined && receipt.damagedParts.length > 0) {
    process.stderr.write(
      `Damaged parts of the store may still contain data of the user: ${receipt.damagedParts.join(', ')}. ` +
        'Delete them from the folder "detached" of each table.\n',
    );
  }
  return 0;
}

/** The counts in a receipt: rows of the store, and of requests that wait in the log. */
interface Receipt {
  /** Collectors of earlier versions do not have it. */
  readonly damagedParts?: readonly string[];
  readonly deleted: Readonly<Record<string, number | Readonly<Record<string, unknown>> | null>>;
}

function hasErased({ deleted: { log, ...stored } }: Receipt): boolean {
  const counts = [...Object.values(stored), ...Object.values(log ?? {})];
  return counts.some((count) => typeof count === 'number' && count > 0);
}

async function isConfirmed(userId: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new OptionsError('An erasure cannot be undone. Pass --yes to confirm it without a terminal.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `Erase ${JSON.stringify(userId)} everywhere? Type the id to confirm: `,
    );
    return answer === userId;
  } finally {
    terminal.close();
  }
}
