import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collectorStates } from './broken-collectors.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

const app = fileURLToPath(new URL('apps/ends.mjs', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** From the end of the app's work to the end of the process. */
  readonly ms: number;
}

function runApp(url: string, env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', '@userspan/node/auto', app], {
    cwd: here,
    env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let doneAt = Number.NaN;
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (output.includes('done')) doneAt = Number.isNaN(doneAt) ? performance.now() : doneAt;
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors, ms: performance.now() - doneAt }));
  });
}

const FLUSH_MS = 1000;
const isFullMatrix = process.env['USERSPAN_FULL_MATRIX'] !== undefined;
/** Half a second is promised. Beside other tests it shows only that nothing waits for an export's 10 seconds. */
const MARGIN_MS = isFullMatrix ? 500 : 6000;

describe.each(Object.entries(collectorStates))('a collector %s', (state, start) => {
  it.each([
    ['3', 'shutdown'],
    ['50000', 'by itself'],
    // `pnpm frameworks` runs these too.
    ...(!isFullMatrix
      ? []
      : [
          ['3', 'by itself'],
          ['200', 'flush'],
          ['3000', 'by itself'],
        ]),
  ] as [string, string][])(
    '%s spans, the app ends %s: in time, with one line at most',
    async (count, end) => {
      const collector = await start();
      try {
        const { code, output, errors, ms } = await runApp(collector.url, {
          COUNT: count,
          END: end,
          USERSPAN_FLUSH_TIMEOUT_MS: String(FLUSH_MS),
        });
        expect({ code, output }).toEqual({ code: 0, output: 'done\n' });
        expect(ms).toBeLessThan(FLUSH_MS + MARGIN_MS);
        const lines = errors
          .split('\n')
          .filter((line) => line !== '' && !line.includes('the queue was full'));
        if (state === 'answering') expect(lines).toEqual([]);
        else
          expect(lines).toEqual([expect.stringMatching(/^userspan: .*(?:cannot be sent|could not be sent)/)]);
        expect(errors).not.toMatch(/[{}]|\bat /);
      } finally {
        await collector.close();
      }
    },
  );
});

describe.each(['process.exit()', 'a signal, then process.exit()'])('a process that ends by %s', (end) => {
  it.each(['1', '2000'])(
    'sends its last spans (%s), each once, with the exit code of the app',
    async (count) => {
      const receiver = await startOtlpReceiver();
      const { code, errors } = await runApp(receiver.url, {
        COUNT: count,
        END: end,
        USERSPAN_PROTOCOL: 'http/json',
      });
      await receiver.close();
      expect({ code, errors, spans: receiver.spans.length }).toEqual({
        code: 3,
        errors: '',
        spans: Number(count),
      });
    },
  );

  it('waits no longer than the limit for a collector that does not answer', async () => {
    const collector = await collectorStates['hanging']?.();
    const { code, ms } = await runApp(collector?.url ?? '', { END: end, USERSPAN_FLUSH_TIMEOUT_MS: '300' });
    await collector?.close();
    expect(code).toBe(3);
    expect(ms).toBeLessThan(300 + MARGIN_MS);
  });
});

describe('a process that dies of an exception', () => {
  it.each(['exception', 'rejection'])('%s: sends its last spans, and dies as it would have', async (end) => {
    const receiver = await startOtlpReceiver();
    const { code, errors } = await runApp(receiver.url, { END: end, USERSPAN_PROTOCOL: 'http/json' });
    await receiver.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['span 0']);
    expect(code).toBe(1);
    expect(errors).toMatch(/TypeError: the own exception\n\s+at /);
    expect(errors).not.toContain('userspan:');
  });

  it('waits no longer than the limit for a collector that does not answer', async () => {
    const collector = await collectorStates['hanging']?.();
    const { code, ms } = await runApp(collector?.url ?? '', {
      END: 'exception',
      USERSPAN_FLUSH_TIMEOUT_MS: '300',
    });
    await collector?.close();
    expect(code).toBe(1);
    expect(ms).toBeLessThan(300 + MARGIN_MS);
  });

  it('leaves an exception alone that the app handles', async () => {
    const receiver = await startOtlpReceiver();
    const { code, output } = await runApp(receiver.url, {
      END: 'handled exception',
      USERSPAN_PROTOCOL: 'http/json',
    });
    await receiver.close();
    expect({ code, output, spans: receiver.spans.length }).toEqual({
      code: 0,
      output: 'done\nhandled\n',
      spans: 1,
    });
  });
});
