import { createInterface } from 'node:readline/promises';
import { OptionsError } from '../config/options.ts';
import { apiClient, CLIENT_FLAGS, succeeded } from './api-client.ts';
import { parseFlags } from './parse-flags.ts';

/** `userspan erase USER`: takes a user out of everything, and prints the receipt. */
export async function eraseUser(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, { ...CLIENT_FLAGS, yes: { type: 'boolean' } }, true);
  const [userId, ...others] = positionals;
  if (userId === undefined || others.length > 0) {
    throw new OptionsError('userspan erase takes the id of one user.');
  }
  if (flags['yes'] !== true && !(await isConfirmed(userId))) {
    process.stderr.write('Nothing was erased.\n');
    return 1;
  }
  const client = apiClient(flags);
  const response = await succeeded(
    await client.request(`/api/users/${encodeURIComponent(userId)}`, { method: 'DELETE' }),
  );
  process.stdout.write(`${await response.text()}\n`);
  return 0;
}

async function isConfirmed(userId: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new OptionsError('Erasing cannot be undone: say --yes where nobody can be asked.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `Erase ${JSON.stringify(userId)} everywhere? Type the id to go on: `,
    );
    return answer === userId;
  } finally {
    terminal.close();
  }
}
