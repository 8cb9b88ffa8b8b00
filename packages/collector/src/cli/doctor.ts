import { randomBytes } from 'node:crypto';
import { apiClient, CLIENT_FLAGS } from './api-client.ts';
import { HOPS, type Journey } from './doctor-hops.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/**
 * `userspan doctor`: sends a test call through a running collector and checks every hop.
 *
 * Names the first hop that fails, says what to do, and removes the call at the end. Also compares all sums with their
 * calls; `--repair` corrects them. If the collector has tokens, an `admin` token is needed.
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, {
    ...CLIENT_FLAGS,
    'grpc-url': { type: 'string' },
    repair: { type: 'boolean' },
  });
  const journey: Journey = {
    client: apiClient(flags),
    grpcUrl: textFlag(flags, 'grpc-url'),
    repairs: flags['repair'] === true,
    userId: `userspan-doctor-${randomBytes(6).toString('hex')}`,
    traceId: randomBytes(16),
    parts: {},
    isSent: false,
  };
  process.stdout.write(`Sending a test span through ${journey.client.url}\n`);
  let failed: string | undefined;
  for (const hop of HOPS) {
    const { name, isCleanUp } = hop;
    if (failed !== undefined && !(isCleanUp && journey.isSent)) {
      continue;
    }
    const startedAt = performance.now();
    const line = (mark: string, text: string): void => {
      const ms = `${Math.round(performance.now() - startedAt)} ms`;
      process.stdout.write(`  ${mark.padEnd(5)} ${name.padEnd(26)} ${ms.padStart(8)}  ${text}\n`);
    };
    try {
      const result = await hop.visit(journey);
      line(result.startsWith('skipped') ? '-' : 'ok', result);
    } catch (error) {
      failed ??= name;
      line('FAIL', error instanceof Error ? error.message : String(error));
    }
  }
  process.stdout.write(failed === undefined ? 'Every step works.\n' : `Failed step: ${failed}.\n`);
  return failed === undefined ? 0 : 1;
}
