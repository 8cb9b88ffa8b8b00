import { describe, expect, it } from 'vitest';
import { everydayRows } from '../../packages/collector/src/testing/everyday-runs.ts';
import { collectorStates } from './broken-collectors.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { runEnds } from './run-ends.ts';

const FLUSH_MS = 1000;
/** Half a second is promised, which `npm run exit-times` checks. Beside other tests it shows only that nothing waits for an export's 10 seconds. */
const MARGIN_MS = 6000;

/** States in which the app is tested every day with a full queue too: the collector stores, rejects, refuses, or never answers. */
const everydayFull: ReadonlySet<string> = new Set(['answering', 'answering 503', 'refusing', 'hanging']);
const ends = [
  ['3', 'shutdown'],
  ['50000', 'by itself'],
] as const;

describe.each(Object.entries(collectorStates))('a collector %s', (state, start) => {
  it.each(everydayRows(ends, ([count]) => count === '3' || everydayFull.has(state)))(
    '%s spans, the app ends %s: in time, with at most one line of output',
    async (count, end) => {
      const collector = await start();
      try {
        const { code, output, errors, ms } = await runEnds(collector.url, {
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
        if (state === 'with an expired certificate') expect(errors).toContain('Renew the certificate');
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
      const { code, errors } = await runEnds(receiver.url, {
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
    const { code, ms } = await runEnds(collector?.url ?? '', { END: end, USERSPAN_FLUSH_TIMEOUT_MS: '300' });
    await collector?.close();
    expect(code).toBe(3);
    expect(ms).toBeLessThan(300 + MARGIN_MS);
  });
});

describe('a process that dies of an exception', () => {
  it.each(['exception', 'rejection'])(
    '%s: sends its last spans, and exits as without Userspan',
    async (end) => {
      const receiver = await startOtlpReceiver();
      const { code, errors } = await runEnds(receiver.url, { END: end, USERSPAN_PROTOCOL: 'http/json' });
      await receiver.close();
      expect(receiver.spans.map(({ name }) => name)).toEqual(['span 0']);
      expect(code).toBe(1);
      expect(errors).toMatch(/TypeError: the own exception\n\s+at /);
      expect(errors).not.toContain('userspan:');
    },
  );

  it('waits no longer than the limit for a collector that does not answer', async () => {
    const collector = await collectorStates['hanging']?.();
    const { code, ms } = await runEnds(collector?.url ?? '', {
      END: 'exception',
      USERSPAN_FLUSH_TIMEOUT_MS: '300',
    });
    await collector?.close();
    expect(code).toBe(1);
    expect(ms).toBeLessThan(300 + MARGIN_MS);
  });

  it('does not affect an exception that the app handles', async () => {
    const receiver = await startOtlpReceiver();
    const { code, output } = await runEnds(receiver.url, {
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

describe.each(['process.exit()', 'exception'])(
  'a process that ends by %s reports why its last spans are lost',
  (end) => {
    it.each<[state: string, reason: string, remedy: string]>([
      ['answering 401', 'it answers 401', 'Set USERSPAN_TOKEN'],
      ['answering 503', 'it answers 503', 'its log has the reason'],
      ['refusing', 'ECONNREFUSED', 'npx @userspan/collector'],
      ['not there', 'collector.invalid', 'npx @userspan/collector'],
      ['with an expired certificate', 'certificate has expired', 'Renew the certificate'],
      ['hanging', 'it does not answer in time', 'Check that a collector answers there'],
    ])('%s', async (state, reason, remedy) => {
      const collector = await collectorStates[state]?.();
      const { errors } = await runEnds(collector?.url ?? '', { END: end, USERSPAN_FLUSH_TIMEOUT_MS: '3000' });
      await collector?.close();
      const lines = errors.split('\n').filter((line) => line.startsWith('userspan:'));
      expect(lines).toEqual([expect.stringContaining(reason)]);
      expect(lines[0]).toContain(remedy);
    });
  },
);
