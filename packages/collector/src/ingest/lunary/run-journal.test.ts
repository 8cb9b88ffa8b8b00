import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WalLoss } from '../../wal/open-wal-directory.ts';
import { OpenRuns } from './open-runs.ts';
import { RunJournal } from './run-journal.ts';

const NOW = Date.UTC(2026, 10, 1);

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-journal-'));
  path = join(dir, 'lunary-runs.v1.journal');
});
afterEach(() => rm(dir, { recursive: true }));

async function openJournal(): Promise<{ journal: RunJournal; runs: string[]; losses: WalLoss[] }> {
  const runs = new OpenRuns();
  const losses: WalLoss[] = [];
  const journal = await RunJournal.open(dir, runs, NOW, (loss) => losses.push(loss));
  return { journal, runs: Array.from(runs.all(), ({ events }) => events[0]?.event.runId ?? ''), losses };
}

/** The journal of three started runs. */
async function writeJournal(): Promise<Buffer> {
  const { journal } = await openJournal();
  for (const runId of ['r1', 'r2', 'r3']) {
    const event = { type: 'llm', event: 'start', runId, timeMs: NOW, input: 'Grüße 😀' } as const;
    await journal.append([{ project: 'default', claimed: false, receivedAtMs: NOW, event }]);
  }
  await journal.close();
  return readFile(path);
}

/** Flips a bit of a line; the first line is 0. */
function flip(bytes: Buffer, line: number, at: number): Buffer {
  let start = 0;
  for (let i = 0; i < line; i += 1) start = bytes.indexOf('\n', start) + 1;
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(start + at) ^ 1, start + at);
  return copy;
}

test.each<[name: string, damage: (bytes: Buffer) => Buffer, runs: string[], damaged: number]>([
  ['whole', (bytes) => bytes, ['r1', 'r2', 'r3'], 0],
  ['truncated in the last line', (bytes) => bytes.subarray(0, -5), ['r1', 'r2'], 0],
  ['without its last line break', (bytes) => bytes.subarray(0, -1), ['r1', 'r2'], 0],
  ['empty', () => Buffer.alloc(0), [], 0],
  ['damaged by a bit in the first line', (bytes) => flip(bytes, 0, 40), ['r2', 'r3'], 1],
  ['damaged by a bit in a checksum', (bytes) => flip(bytes, 1, 3), ['r1', 'r3'], 1],
  ['damaged by a bit in the last line', (bytes) => flip(bytes, 2, 20), ['r1', 'r2'], 1],
  ['preceded by zeros', (bytes) => Buffer.concat([Buffer.alloc(100), bytes]), ['r2', 'r3'], 1],
  ['another text', () => Buffer.from('not\na journal\n\n'), [], 3],
  [
    'preceded by invalid UTF-8',
    (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe, 10]), bytes]),
    ['r1', 'r2', 'r3'],
    1,
  ],
])(
  'reads the intact lines of a journal that is %s, and reports the loss',
  async (_name, damage, runs, damaged) => {
    const bytes = await writeJournal();
    await writeFile(path, damage(bytes));
    const opened = await openJournal();
    await opened.journal.close();
    expect(opened.runs).toEqual(runs);
    expect(opened.losses).toEqual(
      damaged === 0
        ? []
        : [
            {
              file: path,
              lostBytes: expect.any(Number) as number,
              reason: expect.stringMatching(
                new RegExp(`^${damaged} of ${damaged + runs.length} lines are damaged`),
              ) as string,
            },
          ],
    );
    // The journal was rewritten without the damage.
    const again = await openJournal();
    await again.journal.close();
    expect([again.runs, again.losses]).toEqual([runs, []]);
  },
);
