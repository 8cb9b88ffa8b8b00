import { OptionsError } from '../config/options.ts';
import { helpText } from './help.ts';
import { version } from '../runtime/version.ts';

/** A command: takes its arguments and resolves to its exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** Each command is loaded on demand, because most need only a small part of the collector's modules. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  alert: async () => (await import('./alerting/alert.ts')).alert,
  apply: async () => (await import('./alerting/apply.ts')).apply,
  backup: async () => (await import('./backup.ts')).backup,
  bench: async () => (await import('./bench.ts')).bench,
  doctor: async () => (await import('./doctor.ts')).doctor,
  erase: async () => (await import('./erase-user.ts')).eraseUser,
  export: async () => (await import('./export-user.ts')).exportUser,
  meter: async () => (await import('./alerting/meter.ts')).meter,
  prices: async () => (await import('./prices.ts')).prices,
  restore: async () => (await import('./backup.ts')).restore,
  revenue: async () => (await import('./alerting/revenue.ts')).revenue,
  token: async () => (await import('./make-token.ts')).makeToken,
  users: async () => (await import('./users.ts')).users,
};

/** Errors whose message says what is wrong and what to do, so that no stack is printed. */
const EXPECTED: ReadonlySet<string> = new Set([
  'OptionsError',
  'ApiError',
  'StoreError',
  'NewerFormatError',
  'BackupError',
  'HolderError',
  'DataFolderError',
]);

const DISK_FULL =
  'The disk is full: free some space, and start again. What was acknowledged is in the data folder.';

/** Runs the command line and resolves to its exit code: 0 for success, 1 for failure, 2 for wrong usage. */
export async function run(args: readonly string[]): Promise<number> {
  const [first = '', ...rest] = args;
  try {
    if (first === 'help' || flagsOf(args).some((arg) => arg === '--help' || arg === '-h')) {
      process.stdout.write(helpText());
      return 0;
    }
    if (first === '--version' || first === '-v') {
      process.stdout.write(`${await version()}\n`);
      return 0;
    }
    const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    if (load !== undefined) {
      const command = await load();
      return await command(rest);
    }
    if (first !== '' && !first.startsWith('-')) {
      throw new OptionsError(`There is no command ${first}. userspan --help lists the commands.`);
    }
    const { serve } = await import('./serve.ts');
    return await serve(args);
  } catch (error) {
    // The reader of a pipe, such as `head`, has ended.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 1;
    process.stderr.write(`userspan: ${textOf(error)}\n`);
    return error instanceof OptionsError ? 2 : 1;
  }
}

/** The arguments before `--`. What follows is never a flag: `userspan erase --yes -- -h` erases the user `-h`. */
function flagsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.has(error.name)) return error.message;
  const isFull = 'code' in error && error.code === 'ENOSPC';
  return isFull ? `${DISK_FULL} (${error.message})` : (error.stack ?? error.message);
}
