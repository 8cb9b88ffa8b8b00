import { OptionsError } from '../config/options.ts';
import { alert } from './alerting/alert.ts';
import { apply } from './alerting/apply.ts';
import { backup, restore } from './backup.ts';
import { bench } from './bench.ts';
import { doctor } from './doctor.ts';
import { eraseUser } from './erase-user.ts';
import { exportUser } from './export-user.ts';
import { helpText } from './help.ts';
import { makeToken } from './make-token.ts';
import { meter } from './alerting/meter.ts';
import { prices } from './prices.ts';
import { revenue } from './alerting/revenue.ts';
import { serve } from './serve.ts';
import { users } from './users.ts';
import { version } from '../runtime/version.ts';

/** A command: its arguments in, its exit code out. */
export type Command = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  alert,
  apply,
  backup,
  bench,
  doctor,
  erase: eraseUser,
  export: exportUser,
  meter,
  prices,
  restore,
  revenue,
  token: makeToken,
  users,
};

/** Errors whose message says what is wrong and what to do: their stack would only hide it. */
const EXPECTED: ReadonlySet<string> = new Set([
  'OptionsError',
  'ApiError',
  'StoreError',
  'NewerFormatError',
  'BackupError',
  'HolderError',
  'DataFolderError',
]);

/** Runs the command line and resolves to its exit code: 0 well, 1 failed, 2 wrongly called. */
export async function run(args: readonly string[]): Promise<number> {
  const [first = '', ...rest] = args;
  try {
    if (args.includes('--help') || args.includes('-h') || first === 'help') {
      process.stdout.write(helpText());
      return 0;
    }
    if (first === '--version' || first === '-v') {
      process.stdout.write(`${await version()}\n`);
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    if (command !== undefined) {
      return await command(rest);
    }
    if (first !== '' && !first.startsWith('-')) {
      throw new OptionsError(`There is no command ${first}. userspan --help lists them.`);
    }
    return await serve(args);
  } catch (error) {
    const isExpected = error instanceof Error && EXPECTED.has(error.name);
    process.stderr.write(`userspan: ${isExpected ? error.message : stackOf(error)}\n`);
    return error instanceof OptionsError ? 2 : 1;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
