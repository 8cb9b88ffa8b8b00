import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readEnvironment } from '../environment.ts';
import { startCollector } from '../main.ts';
import { OptionsError, resolveOptions } from '../options.ts';
import { settingsFromEnvironment, settingsFromFile, settingsFromFlags } from '../read-settings.ts';
import { SETTINGS } from '../settings.ts';

/** `userspan [flags]`: runs the collector until SIGTERM or SIGINT. */
export async function serve(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args);
  const environment = readEnvironment();
  const file = flags['config']?.toString() ?? environment['USERSPAN_CONFIG'];
  const collector = await startCollector(
    resolveOptions(
      settingsFromFlags(flags),
      settingsFromEnvironment(environment),
      file === undefined ? {} : await settingsFromFile(file),
    ),
  );
  const { url, grpcUrl } = collector;
  process.stdout.write(
    `Dashboard and API  ${url}\n` +
      `OTLP/HTTP          ${url}/v1/traces\n` +
      `${grpcUrl === undefined ? '' : `OTLP/gRPC          ${grpcUrl}\n`}` +
      'ready\n',
  );
  await stopSignal();
  await collector.close();
  return 0;
}

type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

function parseFlags(args: readonly string[]): Flags {
  const options: NonNullable<ParseArgsConfig['options']> = { config: { type: 'string' } };
  for (const [name, { kind }] of Object.entries(SETTINGS)) {
    options[name] = { type: kind === 'switch' ? 'boolean' : 'string', multiple: kind === 'list' };
  }
  try {
    return parseArgs({ args: [...args], options, allowNegative: true }).values as Flags;
  } catch (error) {
    throw new OptionsError(
      `${error instanceof Error ? error.message : String(error)} userspan --help lists the flags.`,
      {
        cause: error,
      },
    );
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve());
    }
  });
}
