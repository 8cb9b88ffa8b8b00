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
  // Files of the collector and its engine are accessible only for the user that runs it.
  process.umask(0o077);
  const { flags } = parseFlags(args, FLAGS);
  const environment = readEnvironment();
  const file = textFlag(flags, 'config') ?? environment['USERSPAN_CONFIG'];
  const options = resolveOptions(
    settingsFromFlags(flags),
    settingsFromEnvironment(environment),
    file === undefined ? {} : await settingsFromFile(file),
  );
  // Loaded after the settings are read, so that mistakes in them are reported quickly.
  const { startCollector } = await import('../main.ts');
  const collector = await startCollector(options);
  const { url, grpcUrl } = collector;
  // Registered before the ready line is printed, after which another process may stop this one.
  const stopping = stopSignal();
  process.stdout.write(
    `Dashboard and API  ${url}\n` +
      `OTLP/HTTP          ${url}/v1/traces\n` +
      (grpcUrl === undefined ? '' : `OTLP/gRPC          ${grpcUrl}\n`) +
      `Data folder        ${resolve(options.data)}${options.dataNote === undefined ? '' : ` (${options.dataNote})`}\n` +
      'ready\n',
  );
  await stopping;
  // A second signal ends the process immediately.
  const again = stopSignal().then(() => process.kill(process.pid, 'SIGKILL'));
  const tooLong = setTimeout(endNow, STOP_LIMIT_MS);
  await Promise.race([collector.close(), again]);
  clearTimeout(tooLong);
  // The collector is closed. Other things that keep the process running are not waited for.
  setTimeout(() => process.exit(0), 500).unref();
  return 0;
}

/**
 * Ends the process when closing takes too long. Acknowledged data is in the write-ahead log, from which the next start
 * continues. `process.exit()` would unload the engine during a running query and cause a segmentation fault.
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
