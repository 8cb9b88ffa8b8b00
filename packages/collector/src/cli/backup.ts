import { resolve } from 'node:path';
import { readEnvironment } from '../config/environment.ts';
import { OptionsError, resolveOptions } from '../config/options.ts';
import { settingsFromEnvironment, settingsFromFile } from '../config/read-settings.ts';
import { backUpClosedFolder, type BackupReceipt, type BackupRequest } from '../maintenance/backup/back-up.ts';
import { readManifest } from '../maintenance/backup/backup-folder.ts';
import { restoreBackup } from '../maintenance/backup/restore.ts';
import { sendToHolder } from '../wal/data-lock.ts';
import { type Flags, parseFlags, textFlag } from './parse-flags.ts';
import { version } from '../runtime/version.ts';

const FLAGS = { data: { type: 'string' }, config: { type: 'string' } } as const;

/**
 * `userspan backup FOLDER`: writes a consistent copy of a data folder. If a collector uses the folder, the command asks
 * it through the socket in the folder, which only the collector's user can open.
 */
export async function backup(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, FLAGS, true);
  const [folder, ...others] = positionals;
  if (folder === undefined || folder === '' || others.length > 0) {
    throw new OptionsError(
      'userspan backup needs one folder, which it creates: userspan backup FOLDER [--data DIR].',
    );
  }
  process.umask(0o077);
  const data = await dataFolderOf(flags);
  const request: BackupRequest = { backup: resolve(folder) };
  const asked = await sendToHolder(data, request);
  const receipt =
    asked === undefined
      ? await backUpClosedFolder(data, request.backup, await version())
      : (asked.answer as BackupReceipt);
  // The collector may run in another container, in which the path means another folder.
  await readManifest(request.backup);
  const { moment, files, bytes, store, damage } = receipt;
  process.stdout.write(
    `Backup of ${resolve(data)} in ${request.backup}: ${files.toLocaleString('en-US')} files, ${megabytes(bytes)} MB.\n` +
      `It holds everything that was acknowledged before ${moment}.\n`,
  );
  if (store === 'server') {
    process.stdout.write(
      'The rows are in the ClickHouse server. Back it up now, after this backup (see BACKUP DATABASE in its documentation).\n',
    );
  }
  if (damage !== null) {
    process.stderr.write(`userspan: the data folder was already damaged before the backup: ${damage}\n`);
  }
  return 0;
}

/** `userspan restore FOLDER`: creates a data folder from a backup. */
export async function restore(args: readonly string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, FLAGS, true);
  const [folder, ...others] = positionals;
  if (folder === undefined || folder === '' || others.length > 0) {
    throw new OptionsError(
      'userspan restore needs the folder of one backup: userspan restore FOLDER [--data DIR].',
    );
  }
  process.umask(0o077);
  const data = await dataFolderOf(flags);
  const { moment, madeBy, files, store, damage } = await restoreBackup(folder, data);
  process.stdout.write(
    `Restored ${files.length.toLocaleString('en-US')} files to ${resolve(data)}; all checksums match.\n` +
      `It holds everything that was acknowledged before ${moment}. The backup was made by userspan ${madeBy}.\n` +
      (store === 'server'
        ? 'The rows are in the ClickHouse server. Also restore the backup of the server before you start.\n'
        : '') +
      `Start with: userspan --data ${resolve(data)}\n`,
  );
  if (damage !== null) {
    process.stderr.write(`userspan: the data was already damaged when the backup was made: ${damage}\n`);
  }
  return 0;
}

async function dataFolderOf(flags: Flags): Promise<string> {
  const data = textFlag(flags, 'data');
  const environment = readEnvironment();
  const file = textFlag(flags, 'config') ?? environment['USERSPAN_CONFIG'];
  return resolveOptions(
    data === undefined ? {} : { data },
    dataOnly(settingsFromEnvironment(environment)),
    dataOnly(file === undefined ? {} : await settingsFromFile(file)),
  ).data;
}

/**
 * Keeps only the data folder, because other settings may be invalid for this process, such as a secret in a file that
 * only the collector can read.
 */
function dataOnly({ data }: { readonly data?: string | number | boolean | readonly string[] }): {
  readonly data?: string;
} {
  return data === undefined ? {} : { data: String(data) };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 });
}
