import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { readEnvironment } from '../config/environment.ts';
import { resolveOptions } from '../config/options.ts';
import { settingsFromEnvironment, settingsFromFile, settingsFromFlags } from '../config/read-settings.ts';
import { SETTINGS } from '../config/settings.ts';
import { type FlagOptions, parseFlags, textFlag } from './parse-flags.ts';

const STOP_LIMIT_MS = 9_000;

/** `userspan [flags]`: runs the collector until SIGTERM or SIGINT. */
export async function serve(args: readonly string[]): Promise<number> {
  // Whatever the collector and its store's engine write is for the user that runs them.
  process.umask(0o077);
  const { flags } = parseFlags(args, FLAGS);
  const environment = readEnvironment();
  const file = textFlag(flags, 'config') ?? environment['USERSPAN_CONFIG'];
  const options = resolveOptions(
    settingsFromFlags(flags),
    settingsFromEnvironment(environment),
    file === undefined ? {} : await settingsFromFile(file),
  );
  // Loaded after the settings are read, so that a mistake in them is reported at once.
  const { startCollector } = await import('../main.ts');
  const collector = await startCollector(options);
  const { url, grpcUrl } = collector;
  // A process that reads the ready line may stop it at once.
  const stopping = stopSignal();
  process.stdout.write(
    `Dashboard and API  ${url}\n` +
      `OTLP/HTTP          ${url}/v1/traces\n` +
      (grpcUrl === undefined ? '' : `OTLP/gRPC          ${grpcUrl}\n`) +
      `Data folder        ${resolve(options.data)}${options.dataNote === undefined ? '' : ` (${options.dataNote})`}\n` +
      'ready\n',
  );
  await stopping;
  // A second signal ends the process at once.
  const again = stopSignal().then(() => process.kill(process.pid, 'SIGKILL'));
  const tooLong = setTimeout(endNow, STOP_LIMIT_MS);
  await Promise.race([collector.close(), again]);
  clearTimeout(tooLong);
  // Everything of the collector is closed. What else keeps the process alive is not waited for.
  setTimeout(() => process.exit(0), 500).unref();
  return 0;
}

/**
 * Something did not end in time. What was acknowledged is in the write-ahead log, and the next start goes on from there.
 * `process.exit()` would take the engine down under a query that still runs, which ends in a segmentation fault.
 */
function endNow(): void {
  writeSync(2, 'userspan: stopping took too long, so the process exits now; no acknowledged data is lost.\n');
  process.kill(process.pid, 'SIGKILL');
}

const FLAGS: FlagOptions = {
  config: { type: 'string' },
  ...Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { kind }]) => [
      name,
      { type: kind === 'switch' ? 'boolean' : 'string', multiple: kind === 'list' },
    ]),
  ),
};

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve());
    }
  });
}
