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

/** The journal of three runs that began. */
async function writeJournal(): Promise<Buffer> {
  const { journal } = await openJournal();
  for (const runId of ['r1', 'r2', 'r3']) {
    const event = { type: 'llm', event: 'start', runId, timeMs: NOW, input: 'Grüße 😀' } as const;
    await journal.append([{ project: 'default', claimed: false, receivedAtMs: NOW, event }]);
  }
  await journal.close();
  return readFile(path);
}

/** A bit of the line with this number, from 0. */
function flip(bytes: Buffer, line: number, at: number): Buffer {
  let start = 0;
  for (let i = 0; i < line; i += 1) start = bytes.indexOf('\n', start) + 1;
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(start + at) ^ 1, start + at);
  return copy;
}

test.each<[name: string, damage: (bytes: Buffer) => Buffer, runs: string[], damaged: number]>([
  ['whole', (bytes) => bytes, ['r1', 'r2', 'r3'], 0],
  ['torn in its last line', (bytes) => bytes.subarray(0, -5), ['r1', 'r2'], 0],
  ['without its last line break', (bytes) => bytes.subarray(0, -1), ['r1', 'r2'], 0],
  ['empty', () => Buffer.alloc(0), [], 0],
  ['a bit flipped in the first line', (bytes) => flip(bytes, 0, 40), ['r2', 'r3'], 1],
  ['a bit flipped in a checksum', (bytes) => flip(bytes, 1, 3), ['r1', 'r3'], 1],
  ['a bit flipped in the last line', (bytes) => flip(bytes, 2, 20), ['r1', 'r2'], 1],
  ['zeros in front', (bytes) => Buffer.concat([Buffer.alloc(100), bytes]), ['r2', 'r3'], 1],
  ['a foreign text', () => Buffer.from('not\na journal\n\n'), [], 3],
  [
    'bytes that are no UTF-8',
    (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe, 10]), bytes]),
    ['r1', 'r2', 'r3'],
    1,
  ],
])('a journal that is %s keeps intact lines and reports the loss', async (_name, damage, runs, damaged) => {
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
  // It was written again: nothing is damaged any more.
  const again = await openJournal();
  await again.journal.close();
  expect([again.runs, again.losses]).toEqual([runs, []]);
});
